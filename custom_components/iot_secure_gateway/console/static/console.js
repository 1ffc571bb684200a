// Built by scripts/frontend from frontend/src..
var H2=Object.defineProperty;var V2=Object.getOwnPropertyDescriptor;var a=(M,C,H,V)=>{for(var L=V>1?void 0:V?V2(C,H):C,r=M.length-1,e;r>=0;r--)(e=M[r])&&(L=(V?e(C,H,L):e(L))||L);return V&&L&&H2(C,H,L),L};var g1="M11 10V12H9V14H7V12H5.8C5.4 13.2 4.3 14 3 14C1.3 14 0 12.7 0 11S1.3 8 3 8C4.3 8 5.4 8.8 5.8 10H11M3 10C2.4 10 2 10.4 2 11S2.4 12 3 12 4 11.6 4 11 3.6 10 3 10M16 14C18.7 14 24 15.3 24 18V20H8V18C8 15.3 13.3 14 16 14M16 12C13.8 12 12 10.2 12 8S13.8 4 16 4 20 5.8 20 8 18.2 12 16 12Z";var f1="M12,17A2,2 0 0,0 14,15C14,13.89 13.1,13 12,13A2,2 0 0,0 10,15A2,2 0 0,0 12,17M18,8A2,2 0 0,1 20,10V20A2,2 0 0,1 18,22H6A2,2 0 0,1 4,20V10C4,8.89 4.9,8 6,8H7V6A5,5 0 0,1 12,1A5,5 0 0,1 17,6V8H18M12,3A3,3 0 0,0 9,6V8H15V6A3,3 0 0,0 12,3Z";var k1="M11,13H13V16H16V11H18L12,6L6,11H8V16H11V13M12,1L21,5V11C21,16.55 17.16,21.74 12,23C6.84,21.74 3,16.55 3,11V5L12,1Z";var J=globalThis,Y=J.ShadowRoot&&(J.ShadyCSS===void 0||J.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,a1=Symbol(),B1=new WeakMap,$=class{constructor(C,H,V){if(this._$cssResult$=!0,V!==a1)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=C,this.t=H}get styleSheet(){let C=this.o,H=this.t;if(Y&&C===void 0){let V=H!==void 0&&H.length===1;V&&(C=B1.get(H)),C===void 0&&((this.o=C=new CSSStyleSheet).replaceSync(this.cssText),V&&B1.set(H,C))}return C}toString(){return this.cssText}},P1=M=>new $(typeof M=="string"?M:M+"",void 0,a1),u=(M,...C)=>{let H=M.length===1?M[0]:C.reduce((V,L,r)=>V+(e=>{if(e._$cssResult$===!0)return e.cssText;if(typeof e=="number")return e;throw Error("Value passed to 'css' function must be a 'css' function result: "+e+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new $(H,M,a1)},w1=(M,C)=>{if(Y)M.adoptedStyleSheets=C.map(H=>H instanceof CSSStyleSheet?H:H.styleSheet);else for(let H of C){let V=document.createElement("style"),L=J.litNonce;L!==void 0&&V.setAttribute("nonce",L),V.textContent=H.cssText,M.appendChild(V)}},d1=Y?M=>M:M=>M instanceof CSSStyleSheet?(C=>{let H="";for(let V of C.cssRules)H+=V.cssText;return P1(H)})(M):M;var{is:L2,defineProperty:M2,getOwnPropertyDescriptor:r2,getOwnPropertyNames:e2,getOwnPropertySymbols:t2,getPrototypeOf:A2}=Object,C1=globalThis,y1=C1.trustedTypes,i2=y1?y1.emptyScript:"",o2=C1.reactiveElementPolyfillSupport,I=(M,C)=>M,_={toAttribute(M,C){switch(C){case Boolean:M=M?i2:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,C){let H=M;switch(C){case Boolean:H=M!==null;break;case Number:H=M===null?null:Number(M);break;case Object:case Array:try{H=JSON.parse(M)}catch{H=null}}return H}},H1=(M,C)=>!L2(M,C),T1={attribute:!0,type:String,converter:_,reflect:!1,useDefault:!1,hasChanged:H1};Symbol.metadata??=Symbol("metadata"),C1.litPropertyMetadata??=new WeakMap;var s=class extends HTMLElement{static addInitializer(C){this._$Ei(),(this.l??=[]).push(C)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(C,H=T1){if(H.state&&(H.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(C)&&((H=Object.create(H)).wrapped=!0),this.elementProperties.set(C,H),!H.noAccessor){let V=Symbol(),L=this.getPropertyDescriptor(C,V,H);L!==void 0&&M2(this.prototype,C,L)}}static getPropertyDescriptor(C,H,V){let{get:L,set:r}=r2(this.prototype,C)??{get(){return this[H]},set(e){this[H]=e}};return{get:L,set(e){let i=L?.call(this);r?.call(this,e),this.requestUpdate(C,i,V)},configurable:!0,enumerable:!0}}static getPropertyOptions(C){return this.elementProperties.get(C)??T1}static _$Ei(){if(this.hasOwnProperty(I("elementProperties")))return;let C=A2(this);C.finalize(),C.l!==void 0&&(this.l=[...C.l]),this.elementProperties=new Map(C.elementProperties)}static finalize(){if(this.hasOwnProperty(I("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(I("properties"))){let H=this.properties,V=[...e2(H),...t2(H)];for(let L of V)this.createProperty(L,H[L])}let C=this[Symbol.metadata];if(C!==null){let H=litPropertyMetadata.get(C);if(H!==void 0)for(let[V,L]of H)this.elementProperties.set(V,L)}this._$Eh=new Map;for(let[H,V]of this.elementProperties){let L=this._$Eu(H,V);L!==void 0&&this._$Eh.set(L,H)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(C){let H=[];if(Array.isArray(C)){let V=new Set(C.flat(1/0).reverse());for(let L of V)H.unshift(d1(L))}else C!==void 0&&H.push(d1(C));return H}static _$Eu(C,H){let V=H.attribute;return V===!1?void 0:typeof V=="string"?V:typeof C=="string"?C.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(C=>this.enableUpdating=C),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(C=>C(this))}addController(C){(this._$EO??=new Set).add(C),this.renderRoot!==void 0&&this.isConnected&&C.hostConnected?.()}removeController(C){this._$EO?.delete(C)}_$E_(){let C=new Map,H=this.constructor.elementProperties;for(let V of H.keys())this.hasOwnProperty(V)&&(C.set(V,this[V]),delete this[V]);C.size>0&&(this._$Ep=C)}createRenderRoot(){let C=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return w1(C,this.constructor.elementStyles),C}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(C=>C.hostConnected?.())}enableUpdating(C){}disconnectedCallback(){this._$EO?.forEach(C=>C.hostDisconnected?.())}attributeChangedCallback(C,H,V){this._$AK(C,V)}_$ET(C,H){let V=this.constructor.elementProperties.get(C),L=this.constructor._$Eu(C,V);if(L!==void 0&&V.reflect===!0){let r=(V.converter?.toAttribute!==void 0?V.converter:_).toAttribute(H,V.type);this._$Em=C,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(C,H){let V=this.constructor,L=V._$Eh.get(C);if(L!==void 0&&this._$Em!==L){let r=V.getPropertyOptions(L),e=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:_;this._$Em=L;let i=e.fromAttribute(H,r.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(C,H,V,L=!1,r){if(C!==void 0){let e=this.constructor;if(L===!1&&(r=this[C]),V??=e.getPropertyOptions(C),!((V.hasChanged??H1)(r,H)||V.useDefault&&V.reflect&&r===this._$Ej?.get(C)&&!this.hasAttribute(e._$Eu(C,V))))return;this.C(C,H,V)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(C,H,{useDefault:V,reflect:L,wrapped:r},e){V&&!(this._$Ej??=new Map).has(C)&&(this._$Ej.set(C,e??H??this[C]),r!==!0||e!==void 0)||(this._$AL.has(C)||(this.hasUpdated||V||(H=void 0),this._$AL.set(C,H)),L===!0&&this._$Em!==C&&(this._$Eq??=new Set).add(C))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(H){Promise.reject(H)}let C=this.scheduleUpdate();return C!=null&&await C,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let V=this.constructor.elementProperties;if(V.size>0)for(let[L,r]of V){let{wrapped:e}=r,i=this[L];e!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,r,i)}}let C=!1,H=this._$AL;try{C=this.shouldUpdate(H),C?(this.willUpdate(H),this._$EO?.forEach(V=>V.hostUpdate?.()),this.update(H)):this._$EM()}catch(V){throw C=!1,this._$EM(),V}C&&this._$AE(H)}willUpdate(C){}_$AE(C){this._$EO?.forEach(H=>H.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(C)),this.updated(C)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(C){return!0}update(C){this._$Eq&&=this._$Eq.forEach(H=>this._$ET(H,this[H])),this._$EM()}updated(C){}firstUpdated(C){}};s.elementStyles=[],s.shadowRootOptions={mode:"open"},s[I("elementProperties")]=new Map,s[I("finalized")]=new Map,o2?.({ReactiveElement:s}),(C1.reactiveElementVersions??=[]).push("2.1.2");var Z1=globalThis,b1=M=>M,V1=Z1.trustedTypes,F1=V1?V1.createPolicy("lit-html",{createHTML:M=>M}):void 0,$1="$lit$",g=`lit$${Math.random().toFixed(9).slice(2)}$`,I1="?"+g,a2=`<${I1}>`,T=document,Q=()=>T.createComment(""),G=M=>M===null||typeof M!="object"&&typeof M!="function",S1=Array.isArray,d2=M=>S1(M)||typeof M?.[Symbol.iterator]=="function",p1=`[ 	
\f\r]`,U=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,R1=/-->/g,D1=/>/g,w=RegExp(`>|${p1}(?:([^\\s"'>=/]+)(${p1}*=${p1}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),E1=/'/g,W1=/"/g,_1=/^(?:script|style|textarea|title)$/i,u1=M=>(C,...H)=>({_$litType$:M,strings:C,values:H}),t=u1(1),f2=u1(2),k2=u1(3),b=Symbol.for("lit-noChange"),o=Symbol.for("lit-nothing"),N1=new WeakMap,y=T.createTreeWalker(T,129);function U1(M,C){if(!S1(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return F1!==void 0?F1.createHTML(C):C}var p2=(M,C)=>{let H=M.length-1,V=[],L,r=C===2?"<svg>":C===3?"<math>":"",e=U;for(let i=0;i<H;i++){let A=M[i],m,x,d=-1,S=0;for(;S<A.length&&(e.lastIndex=S,x=e.exec(A),x!==null);)S=e.lastIndex,e===U?x[1]==="!--"?e=R1:x[1]!==void 0?e=D1:x[2]!==void 0?(_1.test(x[2])&&(L=RegExp("</"+x[2],"g")),e=w):x[3]!==void 0&&(e=w):e===w?x[0]===">"?(e=L??U,d=-1):x[1]===void 0?d=-2:(d=e.lastIndex-x[2].length,m=x[1],e=x[3]===void 0?w:x[3]==='"'?W1:E1):e===W1||e===E1?e=w:e===R1||e===D1?e=U:(e=w,L=void 0);let h=e===w&&M[i+1].startsWith("/>")?" ":"";r+=e===U?A+a2:d>=0?(V.push(m),A.slice(0,d)+$1+A.slice(d)+g+h):A+g+(d===-2?i:h)}return[U1(M,r+(M[H]||"<?>")+(C===2?"</svg>":C===3?"</math>":"")),V]},z=class M{constructor({strings:C,_$litType$:H},V){let L;this.parts=[];let r=0,e=0,i=C.length-1,A=this.parts,[m,x]=p2(C,H);if(this.el=M.createElement(m,V),y.currentNode=this.el.content,H===2||H===3){let d=this.el.content.firstChild;d.replaceWith(...d.childNodes)}for(;(L=y.nextNode())!==null&&A.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let d of L.getAttributeNames())if(d.endsWith($1)){let S=x[e++],h=L.getAttribute(d).split(g),X=/([.?@])?(.*)/.exec(S);A.push({type:1,index:r,name:X[2],strings:h,ctor:X[1]==="."?v1:X[1]==="?"?x1:X[1]==="@"?n1:E}),L.removeAttribute(d)}else d.startsWith(g)&&(A.push({type:6,index:r}),L.removeAttribute(d));if(_1.test(L.tagName)){let d=L.textContent.split(g),S=d.length-1;if(S>0){L.textContent=V1?V1.emptyScript:"";for(let h=0;h<S;h++)L.append(d[h],Q()),y.nextNode(),A.push({type:2,index:++r});L.append(d[S],Q())}}}else if(L.nodeType===8)if(L.data===I1)A.push({type:2,index:r});else{let d=-1;for(;(d=L.data.indexOf(g,d+1))!==-1;)A.push({type:7,index:r}),d+=g.length-1}r++}}static createElement(C,H){let V=T.createElement("template");return V.innerHTML=C,V}};function D(M,C,H=M,V){if(C===b)return C;let L=V!==void 0?H._$Co?.[V]:H._$Cl,r=G(C)?void 0:C._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,H,V)),V!==void 0?(H._$Co??=[])[V]=L:H._$Cl=L),L!==void 0&&(C=D(M,L._$AS(M,C.values),L,V)),C}var m1=class{constructor(C,H){this._$AV=[],this._$AN=void 0,this._$AD=C,this._$AM=H}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(C){let{el:{content:H},parts:V}=this._$AD,L=(C?.creationScope??T).importNode(H,!0);y.currentNode=L;let r=y.nextNode(),e=0,i=0,A=V[0];for(;A!==void 0;){if(e===A.index){let m;A.type===2?m=new K(r,r.nextSibling,this,C):A.type===1?m=new A.ctor(r,A.name,A.strings,this,C):A.type===6&&(m=new l1(r,this,C)),this._$AV.push(m),A=V[++i]}e!==A?.index&&(r=y.nextNode(),e++)}return y.currentNode=T,L}p(C){let H=0;for(let V of this._$AV)V!==void 0&&(V.strings!==void 0?(V._$AI(C,V,H),H+=V.strings.length-2):V._$AI(C[H])),H++}},K=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(C,H,V,L){this.type=2,this._$AH=o,this._$AN=void 0,this._$AA=C,this._$AB=H,this._$AM=V,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let C=this._$AA.parentNode,H=this._$AM;return H!==void 0&&C?.nodeType===11&&(C=H.parentNode),C}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(C,H=this){C=D(this,C,H),G(C)?C===o||C==null||C===""?(this._$AH!==o&&this._$AR(),this._$AH=o):C!==this._$AH&&C!==b&&this._(C):C._$litType$!==void 0?this.$(C):C.nodeType!==void 0?this.T(C):d2(C)?this.k(C):this._(C)}O(C){return this._$AA.parentNode.insertBefore(C,this._$AB)}T(C){this._$AH!==C&&(this._$AR(),this._$AH=this.O(C))}_(C){this._$AH!==o&&G(this._$AH)?this._$AA.nextSibling.data=C:this.T(T.createTextNode(C)),this._$AH=C}$(C){let{values:H,_$litType$:V}=C,L=typeof V=="number"?this._$AC(C):(V.el===void 0&&(V.el=z.createElement(U1(V.h,V.h[0]),this.options)),V);if(this._$AH?._$AD===L)this._$AH.p(H);else{let r=new m1(L,this),e=r.u(this.options);r.p(H),this.T(e),this._$AH=r}}_$AC(C){let H=N1.get(C.strings);return H===void 0&&N1.set(C.strings,H=new z(C)),H}k(C){S1(this._$AH)||(this._$AH=[],this._$AR());let H=this._$AH,V,L=0;for(let r of C)L===H.length?H.push(V=new M(this.O(Q()),this.O(Q()),this,this.options)):V=H[L],V._$AI(r),L++;L<H.length&&(this._$AR(V&&V._$AB.nextSibling,L),H.length=L)}_$AR(C=this._$AA.nextSibling,H){for(this._$AP?.(!1,!0,H);C!==this._$AB;){let V=b1(C).nextSibling;b1(C).remove(),C=V}}setConnected(C){this._$AM===void 0&&(this._$Cv=C,this._$AP?.(C))}},E=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(C,H,V,L,r){this.type=1,this._$AH=o,this._$AN=void 0,this.element=C,this.name=H,this._$AM=L,this.options=r,V.length>2||V[0]!==""||V[1]!==""?(this._$AH=Array(V.length-1).fill(new String),this.strings=V):this._$AH=o}_$AI(C,H=this,V,L){let r=this.strings,e=!1;if(r===void 0)C=D(this,C,H,0),e=!G(C)||C!==this._$AH&&C!==b,e&&(this._$AH=C);else{let i=C,A,m;for(C=r[0],A=0;A<r.length-1;A++)m=D(this,i[V+A],H,A),m===b&&(m=this._$AH[A]),e||=!G(m)||m!==this._$AH[A],m===o?C=o:C!==o&&(C+=(m??"")+r[A+1]),this._$AH[A]=m}e&&!L&&this.j(C)}j(C){C===o?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,C??"")}},v1=class extends E{constructor(){super(...arguments),this.type=3}j(C){this.element[this.name]=C===o?void 0:C}},x1=class extends E{constructor(){super(...arguments),this.type=4}j(C){this.element.toggleAttribute(this.name,!!C&&C!==o)}},n1=class extends E{constructor(C,H,V,L,r){super(C,H,V,L,r),this.type=5}_$AI(C,H=this){if((C=D(this,C,H,0)??o)===b)return;let V=this._$AH,L=C===o&&V!==o||C.capture!==V.capture||C.once!==V.once||C.passive!==V.passive,r=C!==o&&(V===o||L);L&&this.element.removeEventListener(this.name,this,V),r&&this.element.addEventListener(this.name,this,C),this._$AH=C}handleEvent(C){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,C):this._$AH.handleEvent(C)}},l1=class{constructor(C,H,V){this.element=C,this.type=6,this._$AN=void 0,this._$AM=H,this.options=V}get _$AU(){return this._$AM._$AU}_$AI(C){D(this,C)}};var m2=Z1.litHtmlPolyfillSupport;m2?.(z,K),(Z1.litHtmlVersions??=[]).push("3.3.3");var Q1=(M,C,H)=>{let V=H?.renderBefore??C,L=V._$litPart$;if(L===void 0){let r=H?.renderBefore??null;V._$litPart$=L=new K(C.insertBefore(Q(),r),r,void 0,H??{})}return L._$AI(M),L};var s1=globalThis,n=class extends s{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let C=super.createRenderRoot();return this.renderOptions.renderBefore??=C.firstChild,C}update(C){let H=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(C),this._$Do=Q1(H,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return b}};n._$litElement$=!0,n.finalized=!0,s1.litElementHydrateSupport?.({LitElement:n});var v2=s1.litElementPolyfillSupport;v2?.({LitElement:n});(s1.litElementVersions??=[]).push("4.2.2");var x2={attribute:!0,type:String,converter:_,reflect:!1,hasChanged:H1},n2=(M=x2,C,H)=>{let{kind:V,metadata:L}=H,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),V==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(H.name,M),V==="accessor"){let{name:e}=H;return{set(i){let A=C.get.call(this);C.set.call(this,i),this.requestUpdate(e,A,M,!0,i)},init(i){return i!==void 0&&this.C(e,void 0,M,i),i}}}if(V==="setter"){let{name:e}=H;return function(i){let A=this[e];C.call(this,i),this.requestUpdate(e,A,M,!0,i)}}throw Error("Unsupported decorator location: "+V)};function v(M){return(C,H)=>typeof H=="object"?n2(M,C,H):((V,L,r)=>{let e=L.hasOwnProperty(r);return L.constructor.createProperty(r,V),e?Object.getOwnPropertyDescriptor(L,r):void 0})(M,C,H)}function l(M){return v({...M,state:!0,attribute:!1})}var l2=["hass-tabs-subpage","ha-card","ha-button","ha-icon-button","ha-icon","ha-svg-icon","ha-alert","ha-form","ha-dialog","ha-dialog-footer","ha-spinner"];function M1(){return l2.filter(M=>!customElements.get(M))}async function G1(){let M=Promise.all(M1().map(C=>customElements.whenDefined(C)));await Promise.race([M,new Promise(C=>setTimeout(C,1500))])}async function z1(){if(M1().length&&await G1(),M1().length){try{await Z2()}catch{}await G1()}return M1()}async function Z2(){await document.createElement("partial-panel-resolver")._getRoutes({x:{component_name:"config",url_path:"x"}}).routes.x.load(),await document.createElement("ha-panel-config").routerOptions.routes.users.load()}var F="iot_secure_gateway",r1="/iot-secure-gateway";function e1(M,C,H={}){return M.connection.sendMessagePromise({type:`${F}/${C}`,...H})}async function K1(M,C,H){return(await M.connection.sendMessagePromise({type:"call_service",domain:F,service:C,service_data:H,return_response:!0})).response}function f(M,C){let H=C;if(H.translation_key&&H.translation_domain){let V=`component.${H.translation_domain}.exceptions.${H.translation_key}.message`,L=M.localize(V,H.translation_placeholders??{});if(L)return L}return H.message??String(C)}function q1(M,C=!1){C?history.replaceState(null,"",M):history.pushState(null,"",M),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:C}}))}function R(M,C){q(M,"hass-notification",{message:C})}function j1(M,C){q(M,"hass-more-info",{entityId:C})}function t1(M,C,H){q(M,"show-dialog",{dialogTag:C,dialogImport:async()=>{},dialogParams:{...H,hass:M.hass}})}function q(M,C,H){M.dispatchEvent(new CustomEvent(C,{detail:H,bubbles:!0,composed:!0}))}function Z(M,C){customElements.get(M)||customElements.define(M,C)}async function A1(M){await Promise.all(["config_panel","exceptions"].map(C=>M.loadBackendTranslation(C,F)))}function p(M,C,H={}){return M.localize(`component.${F}.config_panel.${C}`,H)||C}function X1(M,C,H,V={}){let L=new Intl.PluralRules(M.language).select(H)==="one"?"one":"other";return p(M,`${C}_${L}`,{...V,count:H})}function j(M,C){let H=new Date(C),V={timeZone:M.config.time_zone},L=e=>e.toLocaleDateString("en-CA",V),r={hour:"2-digit",minute:"2-digit"};return L(H)===L(new Date)?H.toLocaleTimeString(M.language,{...V,...r}):H.toLocaleString(M.language,{...V,...r,weekday:"short",day:"numeric",month:"short"})}var k=class extends n{constructor(){super(...arguments);this.dialogNext=!0;this.isOpen=!0;this.isBusy=!1;this.error=""}get hass(){if(!this.params)throw new Error("not open");return this.params.hass}closeDialog(){return this.isOpen=!1,!0}render(){return this.params?t`<ha-dialog
      .open=${this.isOpen}
      .headerTitle=${this.heading()}
      header-title=${this.heading()}
      @closed=${this.closed}
      @after-show=${this.focusFirst}
    >
      ${this.error?t`<ha-alert alert-type="error">${this.error}</ha-alert>`:o}
      ${this.body()}
      <ha-dialog-footer slot="footer">${this.buttons()}</ha-dialog-footer>
    </ha-dialog>`:o}t(H,V){return p(this.hass,H,V)}async submit(H){this.isBusy=!0,this.error="";try{await H(),this.isOpen=!1}catch(V){this.error=f(this.hass,V)}finally{this.isBusy=!1}}cancelButton(){return t`<ha-button
      slot="secondaryAction"
      appearance="plain"
      @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.cancel")}</ha-button
    >`}closed(H){H.target===H.currentTarget&&(q(this,"dialog-closed",{dialog:this.localName}),this.remove())}async focusFirst(){let H=this.renderRoot.querySelector("ha-form");for(let V=0;H&&V<20;V++){let L=H.shadowRoot?.querySelector("ha-selector");if(L?.focus(),L?.matches(":focus-within"))return;await new Promise(r=>setTimeout(r,50))}}};a([v({attribute:!1})],k.prototype,"params",2),a([l()],k.prototype,"isOpen",2),a([l()],k.prototype,"isBusy",2),a([l()],k.prototype,"error",2);var S2=["nothing","reads","controls"],i1=class extends k{constructor(){super(...arguments);this.data={household:"nothing",automations:!1}}heading(){return this.t("claim.title")}body(){let H=this.params?.device;return t`
      ${H?t`<p>${this.t("claim.of",{model:H.model||H.serial,serial:H.serial})}</p>`:t`<p>${this.t("claim.by_hand")}</p>`}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${V=>this.t(`claim.${V.name}`)}
        .computeHelper=${V=>this.helper(V.name)}
        @value-changed=${V=>this.data=V.detail.value}
      ></ha-form>
      ${this.isBusy?t`<p role="status">${this.t("claim.busy")}</p>`:""}
    `}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data.password}
        .loading=${this.isBusy}
        @click=${this.claim}
        >${this.t("claim.claim")}</ha-button
      >`}helper(H){return H==="password"||H==="household"?this.t(`claim.${H}_helper`):""}schema(){let{device:H,asksStarter:V}=this.params??{},L={name:"password",required:!0,selector:{text:{type:"password",autocomplete:"off"}}},r=[{name:"serial",selector:{text:{}}},L,{name:"host",selector:{text:{}}},{name:"port",selector:{number:{mode:"box",min:1,max:65535}}}],i=[{name:"household",required:!0,selector:{select:{options:S2.map(A=>({value:A,label:this.t(`claim.household_${A}`)})),mode:"list"}}},{name:"automations",selector:{boolean:{}}}];return[...H?[L]:r,{name:"name",selector:{text:{}}},{name:"area_id",selector:{area:{}}},...V?i:[]]}async claim(){let{device:H,asksStarter:V}=this.params??{},{household:L,automations:r,...e}=this.data,i=Object.fromEntries(Object.entries(e).filter(([,A])=>A!==void 0&&A!==""));await this.submit(async()=>{let A=await e1(this.hass,"claim",{...i,...H?{serial:H.serial}:{},...V?{household:L,automations:r}:{}});R(this,this.t("claim.done",{serial:A.serial}))})}};a([l()],i1.prototype,"data",2);Z("isg-claim-dialog",i1);var c=class extends n{constructor(){super(...arguments);this.narrow=!1;this.detail=""}t(H,V){return p(this.hass,H,V)}n(H,V,L){return X1(this.hass,H,V,L)}waiting(H){return H.error?t`<div class="content"><ha-alert alert-type="error">${H.error}</ha-alert></div>`:t`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}async attempt(H){try{return await H(),!0}catch(V){return R(this,f(this.hass,V)),!1}}};a([v({attribute:!1})],c.prototype,"hass",2),a([v({type:Boolean})],c.prototype,"narrow",2),a([v()],c.prototype,"detail",2);var B=u`
  .content {
    max-width: 1040px;
    margin: 0 auto;
    padding: 16px;
    display: grid;
    gap: 16px;
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    padding: 16px 16px 0;
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: var(--ha-font-weight-normal, 400);
    color: var(--primary-text-color);
  }
  p {
    margin: 0;
    padding: 8px 16px 16px;
    color: var(--secondary-text-color);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 8px 0;
  }
  li {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 8px 16px;
    padding: 8px 16px;
    min-height: 40px;
  }
  li + li {
    border-top: 1px solid var(--divider-color);
  }
  .what {
    flex: 1 1 200px;
    min-width: 0;
  }
  .name {
    color: var(--primary-text-color);
    overflow-wrap: anywhere;
  }
  .more {
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 12px);
    overflow-wrap: anywhere;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  ha-icon,
  ha-svg-icon {
    color: var(--secondary-text-color);
    flex: none;
  }
  ha-spinner {
    display: block;
    margin: 64px auto;
  }
`;var P=class{constructor(C,H,V=()=>({})){this.host=C;this.command=H;this.fields=V;this.error="";C.addController(this)}hostConnected(){this.start()}hostUpdate(){this.start()}hostDisconnected(){this.stop()}restart(){this.stop(),this.value=void 0,this.error="",this.start()}start(){let C=this.host.hass;if(!C||this.running)return;let H=C.connection.subscribeMessage(V=>{this.running===H&&(this.value=V,this.error="",this.host.requestUpdate())},{type:`${F}/${this.command}`,...this.fields()});this.running=H,H.catch(V=>{this.running===H&&(this.error=f(C,V),this.host.requestUpdate())})}stop(){let C=this.running;this.running=void 0,C?.then(H=>H()).catch(()=>{})}};var c1=class extends c{constructor(){super(...arguments);this.overview=new P(this,"overview")}static{this.styles=B}render(){let H=this.overview.value;return H?t`
      <div class="content">
        ${this.renderAttention(H)} ${this.renderDiscovered(H)}
        ${this.renderDevices(H.devices)}
      </div>
    `:this.waiting(this.overview)}renderAttention({attention:H,handovers:V}){let{offers:L,takeovers:r,orphans:e}=V;return!H.length&&!L.length&&!r.length&&!e.length?o:t`<ha-card>
      <h2>${this.t("overview.attention")}</h2>
      <ul>
        ${H.map(i=>t`<li>
            <div class="what">
              <div class="name">${i.name}</div>
              <div class="more">${this.t(`problems.${i.kind}`)}</div>
            </div>
          </li>`)}
        ${L.map(i=>this.renderOffer(i))}
        ${r.map(i=>this.renderTakeover(i))}
        ${e.map(i=>t`<li>
            <div class="what">
              <div class="name">${i.name}</div>
              <div class="more">${this.t("overview.orphan")}</div>
            </div>
            ${this.act("overview.take_over","take_over",i.serial)}
          </li>`)}
      </ul>
    </ha-card>`}renderOffer(H){let V=j(this.hass,H.at),L=H.is_to_you?this.t("overview.offered_to_you",{person:H.from,until:V}):this.t("overview.offered_by_you",{person:H.to,until:V});return t`<li>
      <div class="what">
        <div class="name">${H.name}</div>
        <div class="more">${L}</div>
      </div>
      <div class="acts">
        ${H.is_to_you?t`${this.act("overview.accept","accept_transfer",H.serial)}
            ${this.act("overview.decline","end_transfer",H.serial)}`:this.act("overview.withdraw","end_transfer",H.serial)}
      </div>
    </li>`}renderTakeover(H){let V=j(this.hass,H.at),L=new Date(H.at)<=new Date,r=H.is_to_you?this.t("overview.asked_by_you",{person:H.from,at:V}):this.t("overview.asked_of_you",{person:H.to,at:V});return t`<li>
      <div class="what">
        <div class="name">${H.name}</div>
        <div class="more">${r}</div>
      </div>
      <div class="acts">
        ${H.is_to_you&&L?this.act("overview.take_over","take_over",H.serial):o}
        ${this.act(H.is_to_you?"overview.ask_no_longer":"overview.object","object_takeover",H.serial)}
      </div>
    </li>`}renderDiscovered(H){let{discovered:V,asks_starter:L}=H;return t`<ha-card>
      <h2>${this.t("overview.discovered")}</h2>
      ${V.length?t`<ul>
            ${V.map(r=>t`<li>
                <div class="what">
                  <div class="name">${r.model||this.t("overview.unnamed")} (${r.serial})</div>
                  <div class="more">${r.host}</div>
                </div>
                <div class="acts">
                  ${r.is_bound?this.act("overview.restore","restore",r.serial):t`<ha-button
                        size="small"
                        @click=${()=>this.claim({device:r,asksStarter:L})}
                        >${this.t("overview.claim")}</ha-button
                      >`}
                </div>
              </li>`)}
          </ul>`:t`<p>${this.t("overview.none_discovered")}</p>`}
      <p>
        <ha-button appearance="plain" @click=${()=>this.claim({asksStarter:L})}>
          ${this.t("overview.claim_other")}
        </ha-button>
      </p>
    </ha-card>`}renderDevices(H){return t`<ha-card>
      <h2>${this.t("overview.devices")}</h2>
      ${H.length?t`<ul>
            ${H.map(V=>this.renderDevice(V))}
          </ul>`:t`<p>${this.t("overview.none")}</p>`}
    </ha-card>`}renderDevice(H){let V=H.is_yours?this.t("access.yours"):this.t("access.owned_by",{owner:H.owner}),L=[H.area,H.model,V].filter(Boolean).join(" · "),r=H.last_command_ms;return t`<li>
      <div class="what">
        <div class="name">${H.name}</div>
        <div class="more">${L}</div>
      </div>
      <div class="more">
        ${r===null?o:this.t("overview.latency",{ms:r.toFixed(r<10?1:0)})}
      </div>
      <div class="name">
        ${H.is_connected&&!H.problem?this.t("overview.connected"):this.t(`problems.${H.problem??"connecting"}`)}
      </div>
    </li>`}act(H,V,L){return t`<ha-button
      size="small"
      @click=${()=>this.attempt(()=>e1(this.hass,V,{serial:L}))}
      >${this.t(H)}</ha-button
    >`}claim(H){t1(this,"isg-claim-dialog",H)}};Z("isg-overview",c1);var W=class extends n{constructor(){super(...arguments);this.busy=""}static{this.styles=[B,u`
      ul {
        padding-top: 0;
      }
      .state {
        color: var(--secondary-text-color);
        min-width: 64px;
      }
      .locked {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
        --mdc-icon-size: 16px;
      }
    `]}render(){let{device:H,hass:V}=this,L=H.is_yours?p(V,"access.yours"):p(V,"access.owned_by",{owner:H.owner}),r=H.is_connected?"":` · ${p(V,"access.away")}`;return t`
      <h2>${H.name}</h2>
      <p>${L}${r}</p>
      ${H.entities.length?t`<ul>
            ${H.entities.map(e=>this.renderEntity(e))}
          </ul>`:o}
    `}renderEntity(H){let{hass:V}=this,L=H.entity_id?V.states[H.entity_id]:void 0,r=L?V.formatEntityState?.(L)??L.state:"";return t`
      <li>
        <div class="what">
          <div class="name">${H.name}</div>
          ${r?t`<div class="more">${r}</div>`:o}
        </div>
        <div class="acts">
          ${H.buttons.map(e=>this.renderButton(H,e))}
          ${L?t`<ha-button
                appearance="plain"
                size="small"
                @click=${()=>j1(this,H.entity_id??"")}
                >${p(V,"access.more")}</ha-button
              >`:o}
        </div>
      </li>
    `}renderButton(H,V){let{hass:L}=this,r=`${H.key} ${V.command}`,e=J1(L,V.command);if(!V.is_allowed){let i=V.next_at?j(L,V.next_at):"";return t`<span class="locked">
        <ha-svg-icon .path=${f1}></ha-svg-icon>
        ${p(L,"access.locked",{command:e,next:i})}
      </span>`}return t`<ha-button
      size="small"
      appearance="filled"
      .disabled=${!this.device.is_connected||this.busy!==""}
      .loading=${this.busy===r}
      @click=${()=>this.press(H,V,r)}
      >${e}</ha-button
    >`}async press(H,V,L){this.busy=L;try{await K1(this.hass,"send_command",{device_id:this.device.device_id,command:V.command,entity:H.key});let r=J1(this.hass,V.command);R(this,p(this.hass,"access.done",{name:H.name,command:r}))}catch(r){R(this,f(this.hass,r))}finally{this.busy=""}}};a([v({attribute:!1})],W.prototype,"hass",2),a([v({attribute:!1})],W.prototype,"device",2),a([l()],W.prototype,"busy",2);function J1(M,C){let H=`commands.${C}`,V=p(M,H);return V===H?C:V}Z("isg-device-access",W);var O1=class extends c{constructor(){super(...arguments);this.access=new P(this,"my_access")}static{this.styles=B}render(){let H=this.access.value;return H?t`
      <div class="content">
        ${H.devices.length?o:t`<ha-card><p>${this.t("access.nothing")}</p></ha-card>`}
        ${H.devices.map(V=>t`<ha-card>
            <isg-device-access .hass=${this.hass} .device=${V}></isg-device-access>
          </ha-card>`)}
        ${H.left_out?t`<ha-alert>${this.n("access.left_out",H.left_out)}</ha-alert>`:o}
        <ha-card>
          <h2>${this.t("access.claim_title")}</h2>
          <p>${this.t("access.claim_text")}</p>
          <p>
            <ha-button @click=${()=>t1(this,"isg-claim-dialog",{})}>
              ${this.t("access.claim")}
            </ha-button>
          </p>
        </ha-card>
      </div>
    `:this.waiting(this.access)}};Z("isg-my-access",O1);var h1="iot-secure-gateway-card",N=class extends n{constructor(){super(...arguments);this.config={};this.hasTexts=!1;this.access=new P(this,"my_access")}static{this.styles=[B,u`
      ha-card {
        padding-bottom: 8px;
      }
    `]}setConfig(H){if(H.devices!==void 0&&!Array.isArray(H.devices))throw new Error("devices: a list of serial numbers");this.config=H}getCardSize(){return 4}static getStubConfig(){return{}}willUpdate(){this.hass&&!this.hasTexts&&A1(this.hass).finally(()=>this.hasTexts=!0)}render(){let H=this.access.value;if(!this.hasTexts||!this.hass)return o;if(!H)return this.access.error?t`<ha-alert alert-type="error">${this.access.error}</ha-alert>`:o;let V=this.config.devices,L=H.devices.filter(r=>r.entities.length&&(!V||V.includes(r.serial)));return t`<ha-card>
      ${L.length?L.map(r=>t`<isg-device-access .hass=${this.hass} .device=${r}></isg-device-access>`):t`<p>${p(this.hass,"access.nothing")}</p>`}
    </ha-card>`}};a([v({attribute:!1})],N.prototype,"hass",2),a([l()],N.prototype,"config",2),a([l()],N.prototype,"hasTexts",2);Z(h1,N);var Y1=window.customCards??=[];Y1.some(M=>M.type===h1)||Y1.push({type:h1,name:"IoT Secure Gateway",description:"The devices and commands that are permitted to whoever looks at it."});var o1=[{path:"overview",icon:k1,page:(M,C)=>t`
      <isg-overview .hass=${M.hass} .narrow=${M.narrow} .detail=${C}></isg-overview>
    `},{path:"my-access",icon:g1,page:(M,C)=>t`
      <isg-my-access .hass=${M.hass} .narrow=${M.narrow} .detail=${C}></isg-my-access>
    `}],C2=/_static\/([0-9a-f]+)\//.exec(import.meta.url)?.[1],O=class extends n{constructor(){super(...arguments);this.narrow=!1;this.route={prefix:r1,path:""};this.panel={};this.hasTexts=!1;this.language=""}static{this.styles=u`
    ha-alert {
      display: block;
      margin: 16px;
    }
  `}connectedCallback(){super.connectedCallback(),z1().then(H=>this.missing=H)}willUpdate(){this.hass&&this.hass.language!==this.language&&(this.language=this.hass.language,A1(this.hass).finally(()=>this.hasTexts=!0)),(this.route.path===""||this.route.path==="/")&&q1(`${r1}/${o1[0]?.path}`,!0)}render(){if(!this.hass||!this.missing||!this.hasTexts)return o;let[H="",...V]=this.route.path.split("/").filter(Boolean),r=(o1.find(e=>e.path===H)??o1[0])?.page(this,decodeURIComponent(V.join("/")));return this.missing.includes("hass-tabs-subpage")?t`<ha-alert alert-type="warning">${p(this.hass,"elements_missing")}</ha-alert>
        ${r}`:t`
      <hass-tabs-subpage
        main-page
        .hass=${this.hass}
        .narrow=${this.narrow}
        .route=${this.route}
        .tabs=${o1.map(e=>({path:`${r1}/${e.path}`,name:p(this.hass,`tabs.${e.path.replace("-","_")}`),iconPath:e.icon}))}
      >
        ${this.isOld()?t`<ha-alert alert-type="info">
              ${p(this.hass,"upgraded")}
              <ha-button slot="action" @click=${()=>location.reload()}>
                ${p(this.hass,"reload")}
              </ha-button>
            </ha-alert>`:o}
        ${r}
      </hass-tabs-subpage>
    `}isOld(){let H=this.panel.config?.digest;return!!H&&!!C2&&H!==C2}};a([v({attribute:!1})],O.prototype,"hass",2),a([v({type:Boolean})],O.prototype,"narrow",2),a([v({attribute:!1})],O.prototype,"route",2),a([v({attribute:!1})],O.prototype,"panel",2),a([l()],O.prototype,"missing",2),a([l()],O.prototype,"hasTexts",2);Z("iot-secure-gateway-panel",O);
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
