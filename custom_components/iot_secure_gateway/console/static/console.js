// Built by scripts/frontend from frontend/src..
var d5=Object.defineProperty;var p5=Object.getOwnPropertyDescriptor;var o=(M,H,C,V)=>{for(var L=V>1?void 0:V?p5(H,C):H,r=M.length-1,t;r>=0;r--)(t=M[r])&&(L=(V?t(H,C,L):t(L))||L);return V&&L&&d5(H,C,L),L};var S2="M11 10V12H9V14H7V12H5.8C5.4 13.2 4.3 14 3 14C1.3 14 0 12.7 0 11S1.3 8 3 8C4.3 8 5.4 8.8 5.8 10H11M3 10C2.4 10 2 10.4 2 11S2.4 12 3 12 4 11.6 4 11 3.6 10 3 10M16 14C18.7 14 24 15.3 24 18V20H8V18C8 15.3 13.3 14 16 14M16 12C13.8 12 12 10.2 12 8S13.8 4 16 4 20 5.8 20 8 18.2 12 16 12Z";var c2="M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z";var h2="M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z";var O2="M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z";var W="M19,4H15.5L14.5,3H9.5L8.5,4H5V6H19M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19Z";var g2="M12,17A2,2 0 0,0 14,15C14,13.89 13.1,13 12,13A2,2 0 0,0 10,15A2,2 0 0,0 12,17M18,8A2,2 0 0,1 20,10V20A2,2 0 0,1 18,22H6A2,2 0 0,1 4,20V10C4,8.89 4.9,8 6,8H7V6A5,5 0 0,1 12,1A5,5 0 0,1 17,6V8H18M12,3A3,3 0 0,0 9,6V8H15V6A3,3 0 0,0 12,3Z";var H1="M20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18,2.9 17.35,2.9 16.96,3.29L15.12,5.12L18.87,8.87M3,17.25V21H6.75L17.81,9.93L14.06,6.18L3,17.25Z";var V1="M19,13H13V19H11V13H5V11H11V5H13V11H19V13Z";var f2="M11,13H13V16H16V11H18L12,6L6,11H8V16H11V13M12,1L21,5V11C21,16.55 17.16,21.74 12,23C6.84,21.74 3,16.55 3,11V5L12,1Z";var w2="M16.8 17C16.4 15.8 15.3 15 14 15C12.3 15 11 16.3 11 18S12.3 21 14 21C15.3 21 16.4 20.2 16.8 19H19V21H21V19H23V17H16.8M14 19C13.4 19 13 18.5 13 18S13.4 17 14 17 15 17.5 15 18 14.6 19 14 19M9 18H4V14H10V15C10.9 13.8 12.4 13 14 13C15.1 13 16.1 13.4 17 14H18V15H20V6C20 4.9 19.1 4 18 4H4C2.9 4 2 4.9 2 6V18C2 19.1 2.9 20 4 20H9.4C9.1 19.4 9 18.7 9 18M12 8H18V12H12V8M4 8H10V12H4V8Z";var h1=globalThis,O1=h1.ShadowRoot&&(h1.ShadyCSS===void 0||h1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,X1=Symbol(),k2=new WeakMap,A1=class{constructor(H,C,V){if(this._$cssResult$=!0,V!==X1)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=H,this.t=C}get styleSheet(){let H=this.o,C=this.t;if(O1&&H===void 0){let V=C!==void 0&&C.length===1;V&&(H=k2.get(C)),H===void 0&&((this.o=H=new CSSStyleSheet).replaceSync(this.cssText),V&&k2.set(C,H))}return H}toString(){return this.cssText}},y2=M=>new A1(typeof M=="string"?M:M+"",void 0,X1),s=(M,...H)=>{let C=M.length===1?M[0]:H.reduce((V,L,r)=>V+(t=>{if(t._$cssResult$===!0)return t.cssText;if(typeof t=="number")return t;throw Error("Value passed to 'css' function must be a 'css' function result: "+t+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new A1(C,M,X1)},b2=(M,H)=>{if(O1)M.adoptedStyleSheets=H.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of H){let V=document.createElement("style"),L=h1.litNonce;L!==void 0&&V.setAttribute("nonce",L),V.textContent=C.cssText,M.appendChild(V)}},Y1=O1?M=>M:M=>M instanceof CSSStyleSheet?(H=>{let C="";for(let V of H.cssRules)C+=V.cssText;return y2(C)})(M):M;var{is:m5,defineProperty:n5,getOwnPropertyDescriptor:l5,getOwnPropertyNames:v5,getOwnPropertySymbols:x5,getPrototypeOf:s5}=Object,g1=globalThis,B2=g1.trustedTypes,Z5=B2?B2.emptyScript:"",u5=g1.reactiveElementPolyfillSupport,d1=(M,H)=>M,p1={toAttribute(M,H){switch(H){case Boolean:M=M?Z5:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,H){let C=M;switch(H){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},f1=(M,H)=>!m5(M,H),P2={attribute:!0,type:String,converter:p1,reflect:!1,useDefault:!1,hasChanged:f1};Symbol.metadata??=Symbol("metadata"),g1.litPropertyMetadata??=new WeakMap;var D=class extends HTMLElement{static addInitializer(H){this._$Ei(),(this.l??=[]).push(H)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(H,C=P2){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(H)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(H,C),!C.noAccessor){let V=Symbol(),L=this.getPropertyDescriptor(H,V,C);L!==void 0&&n5(this.prototype,H,L)}}static getPropertyDescriptor(H,C,V){let{get:L,set:r}=l5(this.prototype,H)??{get(){return this[C]},set(t){this[C]=t}};return{get:L,set(t){let i=L?.call(this);r?.call(this,t),this.requestUpdate(H,i,V)},configurable:!0,enumerable:!0}}static getPropertyOptions(H){return this.elementProperties.get(H)??P2}static _$Ei(){if(this.hasOwnProperty(d1("elementProperties")))return;let H=s5(this);H.finalize(),H.l!==void 0&&(this.l=[...H.l]),this.elementProperties=new Map(H.elementProperties)}static finalize(){if(this.hasOwnProperty(d1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(d1("properties"))){let C=this.properties,V=[...v5(C),...x5(C)];for(let L of V)this.createProperty(L,C[L])}let H=this[Symbol.metadata];if(H!==null){let C=litPropertyMetadata.get(H);if(C!==void 0)for(let[V,L]of C)this.elementProperties.set(V,L)}this._$Eh=new Map;for(let[C,V]of this.elementProperties){let L=this._$Eu(C,V);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(H){let C=[];if(Array.isArray(H)){let V=new Set(H.flat(1/0).reverse());for(let L of V)C.unshift(Y1(L))}else H!==void 0&&C.push(Y1(H));return C}static _$Eu(H,C){let V=C.attribute;return V===!1?void 0:typeof V=="string"?V:typeof H=="string"?H.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(H=>this.enableUpdating=H),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(H=>H(this))}addController(H){(this._$EO??=new Set).add(H),this.renderRoot!==void 0&&this.isConnected&&H.hostConnected?.()}removeController(H){this._$EO?.delete(H)}_$E_(){let H=new Map,C=this.constructor.elementProperties;for(let V of C.keys())this.hasOwnProperty(V)&&(H.set(V,this[V]),delete this[V]);H.size>0&&(this._$Ep=H)}createRenderRoot(){let H=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return b2(H,this.constructor.elementStyles),H}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(H=>H.hostConnected?.())}enableUpdating(H){}disconnectedCallback(){this._$EO?.forEach(H=>H.hostDisconnected?.())}attributeChangedCallback(H,C,V){this._$AK(H,V)}_$ET(H,C){let V=this.constructor.elementProperties.get(H),L=this.constructor._$Eu(H,V);if(L!==void 0&&V.reflect===!0){let r=(V.converter?.toAttribute!==void 0?V.converter:p1).toAttribute(C,V.type);this._$Em=H,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(H,C){let V=this.constructor,L=V._$Eh.get(H);if(L!==void 0&&this._$Em!==L){let r=V.getPropertyOptions(L),t=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:p1;this._$Em=L;let i=t.fromAttribute(C,r.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(H,C,V,L=!1,r){if(H!==void 0){let t=this.constructor;if(L===!1&&(r=this[H]),V??=t.getPropertyOptions(H),!((V.hasChanged??f1)(r,C)||V.useDefault&&V.reflect&&r===this._$Ej?.get(H)&&!this.hasAttribute(t._$Eu(H,V))))return;this.C(H,C,V)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(H,C,{useDefault:V,reflect:L,wrapped:r},t){V&&!(this._$Ej??=new Map).has(H)&&(this._$Ej.set(H,t??C??this[H]),r!==!0||t!==void 0)||(this._$AL.has(H)||(this.hasUpdated||V||(C=void 0),this._$AL.set(H,C)),L===!0&&this._$Em!==H&&(this._$Eq??=new Set).add(H))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let H=this.scheduleUpdate();return H!=null&&await H,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let V=this.constructor.elementProperties;if(V.size>0)for(let[L,r]of V){let{wrapped:t}=r,i=this[L];t!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,r,i)}}let H=!1,C=this._$AL;try{H=this.shouldUpdate(C),H?(this.willUpdate(C),this._$EO?.forEach(V=>V.hostUpdate?.()),this.update(C)):this._$EM()}catch(V){throw H=!1,this._$EM(),V}H&&this._$AE(C)}willUpdate(H){}_$AE(H){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(H)),this.updated(H)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(H){return!0}update(H){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(H){}firstUpdated(H){}};D.elementStyles=[],D.shadowRootOptions={mode:"open"},D[d1("elementProperties")]=new Map,D[d1("finalized")]=new Map,u5?.({ReactiveElement:D}),(g1.reactiveElementVersions??=[]).push("2.1.2");var r2=globalThis,T2=M=>M,w1=r2.trustedTypes,R2=w1?w1.createPolicy("lit-html",{createHTML:M=>M}):void 0,N2="$lit$",I=`lit$${Math.random().toFixed(9).slice(2)}$`,W2="?"+I,S5=`<${W2}>`,q=document,n1=()=>q.createComment(""),l1=M=>M===null||typeof M!="object"&&typeof M!="function",e2=Array.isArray,c5=M=>e2(M)||typeof M?.[Symbol.iterator]=="function",J1=`[ 	
\f\r]`,m1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,F2=/-->/g,$2=/>/g,j=RegExp(`>|${J1}(?:([^\\s"'>=/]+)(${J1}*=${J1}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),D2=/'/g,E2=/"/g,I2=/^(?:script|style|textarea|title)$/i,t2=M=>(H,...C)=>({_$litType$:M,strings:H,values:C}),e=t2(1),i2=t2(2),V3=t2(3),X=Symbol.for("lit-noChange"),a=Symbol.for("lit-nothing"),_2=new WeakMap,K=q.createTreeWalker(q,129);function U2(M,H){if(!e2(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return R2!==void 0?R2.createHTML(H):H}var h5=(M,H)=>{let C=M.length-1,V=[],L,r=H===2?"<svg>":H===3?"<math>":"",t=m1;for(let i=0;i<C;i++){let A=M[i],v,d,p=-1,u=0;for(;u<A.length&&(t.lastIndex=u,d=t.exec(A),d!==null);)u=t.lastIndex,t===m1?d[1]==="!--"?t=F2:d[1]!==void 0?t=$2:d[2]!==void 0?(I2.test(d[2])&&(L=RegExp("</"+d[2],"g")),t=j):d[3]!==void 0&&(t=j):t===j?d[0]===">"?(t=L??m1,p=-1):d[1]===void 0?p=-2:(p=t.lastIndex-d[2].length,v=d[1],t=d[3]===void 0?j:d[3]==='"'?E2:D2):t===E2||t===D2?t=j:t===F2||t===$2?t=m1:(t=j,L=void 0);let R=t===j&&M[i+1].startsWith("/>")?" ":"";r+=t===m1?A+S5:p>=0?(V.push(v),A.slice(0,p)+N2+A.slice(p)+I+R):A+I+(p===-2?i:R)}return[U2(M,r+(M[C]||"<?>")+(H===2?"</svg>":H===3?"</math>":"")),V]},v1=class M{constructor({strings:H,_$litType$:C},V){let L;this.parts=[];let r=0,t=0,i=H.length-1,A=this.parts,[v,d]=h5(H,C);if(this.el=M.createElement(v,V),K.currentNode=this.el.content,C===2||C===3){let p=this.el.content.firstChild;p.replaceWith(...p.childNodes)}for(;(L=K.nextNode())!==null&&A.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let p of L.getAttributeNames())if(p.endsWith(N2)){let u=d[t++],R=L.getAttribute(p).split(I),N=/([.?@])?(.*)/.exec(u);A.push({type:1,index:r,name:N[2],strings:R,ctor:N[1]==="."?H2:N[1]==="?"?V2:N[1]==="@"?L2:M1}),L.removeAttribute(p)}else p.startsWith(I)&&(A.push({type:6,index:r}),L.removeAttribute(p));if(I2.test(L.tagName)){let p=L.textContent.split(I),u=p.length-1;if(u>0){L.textContent=w1?w1.emptyScript:"";for(let R=0;R<u;R++)L.append(p[R],n1()),K.nextNode(),A.push({type:2,index:++r});L.append(p[u],n1())}}}else if(L.nodeType===8)if(L.data===W2)A.push({type:2,index:r});else{let p=-1;for(;(p=L.data.indexOf(I,p+1))!==-1;)A.push({type:7,index:r}),p+=I.length-1}r++}}static createElement(H,C){let V=q.createElement("template");return V.innerHTML=H,V}};function L1(M,H,C=M,V){if(H===X)return H;let L=V!==void 0?C._$Co?.[V]:C._$Cl,r=l1(H)?void 0:H._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,C,V)),V!==void 0?(C._$Co??=[])[V]=L:C._$Cl=L),L!==void 0&&(H=L1(M,L._$AS(M,H.values),L,V)),H}var C2=class{constructor(H,C){this._$AV=[],this._$AN=void 0,this._$AD=H,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(H){let{el:{content:C},parts:V}=this._$AD,L=(H?.creationScope??q).importNode(C,!0);K.currentNode=L;let r=K.nextNode(),t=0,i=0,A=V[0];for(;A!==void 0;){if(t===A.index){let v;A.type===2?v=new x1(r,r.nextSibling,this,H):A.type===1?v=new A.ctor(r,A.name,A.strings,this,H):A.type===6&&(v=new M2(r,this,H)),this._$AV.push(v),A=V[++i]}t!==A?.index&&(r=K.nextNode(),t++)}return K.currentNode=q,L}p(H){let C=0;for(let V of this._$AV)V!==void 0&&(V.strings!==void 0?(V._$AI(H,V,C),C+=V.strings.length-2):V._$AI(H[C])),C++}},x1=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(H,C,V,L){this.type=2,this._$AH=a,this._$AN=void 0,this._$AA=H,this._$AB=C,this._$AM=V,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let H=this._$AA.parentNode,C=this._$AM;return C!==void 0&&H?.nodeType===11&&(H=C.parentNode),H}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(H,C=this){H=L1(this,H,C),l1(H)?H===a||H==null||H===""?(this._$AH!==a&&this._$AR(),this._$AH=a):H!==this._$AH&&H!==X&&this._(H):H._$litType$!==void 0?this.$(H):H.nodeType!==void 0?this.T(H):c5(H)?this.k(H):this._(H)}O(H){return this._$AA.parentNode.insertBefore(H,this._$AB)}T(H){this._$AH!==H&&(this._$AR(),this._$AH=this.O(H))}_(H){this._$AH!==a&&l1(this._$AH)?this._$AA.nextSibling.data=H:this.T(q.createTextNode(H)),this._$AH=H}$(H){let{values:C,_$litType$:V}=H,L=typeof V=="number"?this._$AC(H):(V.el===void 0&&(V.el=v1.createElement(U2(V.h,V.h[0]),this.options)),V);if(this._$AH?._$AD===L)this._$AH.p(C);else{let r=new C2(L,this),t=r.u(this.options);r.p(C),this.T(t),this._$AH=r}}_$AC(H){let C=_2.get(H.strings);return C===void 0&&_2.set(H.strings,C=new v1(H)),C}k(H){e2(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,V,L=0;for(let r of H)L===C.length?C.push(V=new M(this.O(n1()),this.O(n1()),this,this.options)):V=C[L],V._$AI(r),L++;L<C.length&&(this._$AR(V&&V._$AB.nextSibling,L),C.length=L)}_$AR(H=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);H!==this._$AB;){let V=T2(H).nextSibling;T2(H).remove(),H=V}}setConnected(H){this._$AM===void 0&&(this._$Cv=H,this._$AP?.(H))}},M1=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(H,C,V,L,r){this.type=1,this._$AH=a,this._$AN=void 0,this.element=H,this.name=C,this._$AM=L,this.options=r,V.length>2||V[0]!==""||V[1]!==""?(this._$AH=Array(V.length-1).fill(new String),this.strings=V):this._$AH=a}_$AI(H,C=this,V,L){let r=this.strings,t=!1;if(r===void 0)H=L1(this,H,C,0),t=!l1(H)||H!==this._$AH&&H!==X,t&&(this._$AH=H);else{let i=H,A,v;for(H=r[0],A=0;A<r.length-1;A++)v=L1(this,i[V+A],C,A),v===X&&(v=this._$AH[A]),t||=!l1(v)||v!==this._$AH[A],v===a?H=a:H!==a&&(H+=(v??"")+r[A+1]),this._$AH[A]=v}t&&!L&&this.j(H)}j(H){H===a?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,H??"")}},H2=class extends M1{constructor(){super(...arguments),this.type=3}j(H){this.element[this.name]=H===a?void 0:H}},V2=class extends M1{constructor(){super(...arguments),this.type=4}j(H){this.element.toggleAttribute(this.name,!!H&&H!==a)}},L2=class extends M1{constructor(H,C,V,L,r){super(H,C,V,L,r),this.type=5}_$AI(H,C=this){if((H=L1(this,H,C,0)??a)===X)return;let V=this._$AH,L=H===a&&V!==a||H.capture!==V.capture||H.once!==V.once||H.passive!==V.passive,r=H!==a&&(V===a||L);L&&this.element.removeEventListener(this.name,this,V),r&&this.element.addEventListener(this.name,this,H),this._$AH=H}handleEvent(H){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,H):this._$AH.handleEvent(H)}},M2=class{constructor(H,C,V){this.element=H,this.type=6,this._$AN=void 0,this._$AM=C,this.options=V}get _$AU(){return this._$AM._$AU}_$AI(H){L1(this,H)}};var O5=r2.litHtmlPolyfillSupport;O5?.(v1,x1),(r2.litHtmlVersions??=[]).push("3.3.3");var Q2=(M,H,C)=>{let V=C?.renderBefore??H,L=V._$litPart$;if(L===void 0){let r=C?.renderBefore??null;V._$litPart$=L=new x1(H.insertBefore(n1(),r),r,void 0,C??{})}return L._$AI(M),L};var o2=globalThis,h=class extends D{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let H=super.createRenderRoot();return this.renderOptions.renderBefore??=H.firstChild,H}update(H){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(H),this._$Do=Q2(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return X}};h._$litElement$=!0,h.finalized=!0,o2.litElementHydrateSupport?.({LitElement:h});var g5=o2.litElementPolyfillSupport;g5?.({LitElement:h});(o2.litElementVersions??=[]).push("4.2.2");var f5={attribute:!0,type:String,converter:p1,reflect:!1,hasChanged:f1},w5=(M=f5,H,C)=>{let{kind:V,metadata:L}=C,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),V==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(C.name,M),V==="accessor"){let{name:t}=C;return{set(i){let A=H.get.call(this);H.set.call(this,i),this.requestUpdate(t,A,M,!0,i)},init(i){return i!==void 0&&this.C(t,void 0,M,i),i}}}if(V==="setter"){let{name:t}=C;return function(i){let A=this[t];H.call(this,i),this.requestUpdate(t,A,M,!0,i)}}throw Error("Unsupported decorator location: "+V)};function n(M){return(H,C)=>typeof C=="object"?w5(M,H,C):((V,L,r)=>{let t=L.hasOwnProperty(r);return L.constructor.createProperty(r,V),t?Object.getOwnPropertyDescriptor(L,r):void 0})(M,H,C)}function m(M){return n({...M,state:!0,attribute:!1})}var k5=["hass-tabs-subpage","ha-card","ha-button","ha-icon-button","ha-icon","ha-svg-icon","ha-alert","ha-form","ha-dialog","ha-dialog-footer","ha-spinner"];function y1(){return k5.filter(M=>!customElements.get(M))}async function G2(){let M=Promise.all(y1().map(H=>customElements.whenDefined(H)));await Promise.race([M,new Promise(H=>setTimeout(H,1500))])}async function z2(){if(y1().length&&await G2(),y1().length){try{await y5()}catch{}await G2()}return y1()}async function y5(){await document.createElement("partial-panel-resolver")._getRoutes({x:{component_name:"config",url_path:"x"}}).routes.x.load(),await document.createElement("ha-panel-config").routerOptions.routes.users.load()}var Y="iot_secure_gateway",T="/iot-secure-gateway";function x(M,H,C={}){return M.connection.sendMessagePromise({type:`${Y}/${H}`,...C})}async function j2(M,H,C){return(await M.connection.sendMessagePromise({type:"call_service",domain:Y,service:H,service_data:C,return_response:!0})).response}function O(M,H){let C=H;if(C.translation_key&&C.translation_domain){let V=`component.${C.translation_domain}.exceptions.${C.translation_key}.message`,L=M.localize(V,C.translation_placeholders??{});if(L)return L}return C.message??String(H)}function U(M,H=!1){H?history.replaceState(null,"",M):history.pushState(null,"",M),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:H}}))}function y(M,H){F(M,"hass-notification",{message:H})}function K2(M,H){F(M,"hass-more-info",{entityId:H})}function w(M,H,C){F(M,"show-dialog",{dialogTag:H,dialogImport:async()=>{},dialogParams:{...C,hass:M.hass}})}function F(M,H,C){M.dispatchEvent(new CustomEvent(H,{detail:C,bubbles:!0,composed:!0}))}function l(M,H){customElements.get(M)||customElements.define(M,H)}async function b1(M){await Promise.all(["config_panel","exceptions"].map(H=>M.loadBackendTranslation(H,Y)))}function Z(M,H,C={}){return M.localize(`component.${Y}.config_panel.${H}`,C)||H}function q2(M,H,C,V={}){let L=new Intl.PluralRules(M.language).select(C)==="one"?"one":"other";return Z(M,`${H}_${L}`,{...V,count:C})}function b(M,H){let C=new Date(H),V={timeZone:M.config.time_zone},L=t=>t.toLocaleDateString("en-CA",V),r={hour:"2-digit",minute:"2-digit"};return L(C)===L(new Date)?C.toLocaleTimeString(M.language,{...V,...r}):C.toLocaleString(M.language,{...V,...r,weekday:"short",day:"numeric",month:"short"})}var k=class extends h{constructor(){super(...arguments);this.dialogNext=!0;this.isOpen=!0;this.isBusy=!1;this.error=""}get hass(){if(!this.params)throw new Error("not open");return this.params.hass}closeDialog(){return this.isOpen=!1,!0}render(){return this.params?e`<ha-dialog
      .open=${this.isOpen}
      .headerTitle=${this.heading()}
      header-title=${this.heading()}
      @closed=${this.closed}
      @after-show=${this.focusFirst}
    >
      ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:a}
      ${this.body()}
      <ha-dialog-footer slot="footer">${this.buttons()}</ha-dialog-footer>
    </ha-dialog>`:a}t(C,V){return Z(this.hass,C,V)}async submit(C){this.isBusy=!0,this.error="";try{await C(),this.isOpen=!1}catch(V){this.error=O(this.hass,V)}finally{this.isBusy=!1}}cancelButton(){return e`<ha-button
      slot="secondaryAction"
      appearance="plain"
      @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.cancel")}</ha-button
    >`}closed(C){C.target===C.currentTarget&&(F(this,"dialog-closed",{dialog:this.localName}),this.remove())}async focusFirst(){let C=this.renderRoot.querySelector("ha-form");for(let V=0;C&&V<20;V++){let L=C.shadowRoot?.querySelector("ha-selector");if(L?.focus(),L?.matches(":focus-within"))return;await new Promise(r=>setTimeout(r,50))}}};o([n({attribute:!1})],k.prototype,"params",2),o([m()],k.prototype,"isOpen",2),o([m()],k.prototype,"isBusy",2),o([m()],k.prototype,"error",2);var b5=["nothing","reads","controls"],B1=class extends k{constructor(){super(...arguments);this.data={household:"nothing",automations:!1}}heading(){return this.t("claim.title")}body(){let C=this.params?.device;return e`
      ${C?e`<p>${this.t("claim.of",{model:C.model||C.serial,serial:C.serial})}</p>`:e`<p>${this.t("claim.by_hand")}</p>`}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${V=>this.t(`claim.${V.name}`)}
        .computeHelper=${V=>this.helper(V.name)}
        @value-changed=${V=>this.data=V.detail.value}
      ></ha-form>
      ${this.isBusy?e`<p role="status">${this.t("claim.busy")}</p>`:""}
    `}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data.password}
        .loading=${this.isBusy}
        @click=${this.claim}
        >${this.t("claim.claim")}</ha-button
      >`}helper(C){return C==="password"||C==="household"?this.t(`claim.${C}_helper`):""}schema(){let{device:C,asksStarter:V}=this.params??{},L={name:"password",required:!0,selector:{text:{type:"password",autocomplete:"off"}}},r=[{name:"serial",selector:{text:{}}},L,{name:"host",selector:{text:{}}},{name:"port",selector:{number:{mode:"box",min:1,max:65535}}}],i=[{name:"household",required:!0,selector:{select:{options:b5.map(A=>({value:A,label:this.t(`claim.household_${A}`)})),mode:"list"}}},{name:"automations",selector:{boolean:{}}}];return[...C?[L]:r,{name:"name",selector:{text:{}}},{name:"area_id",selector:{area:{}}},...V?i:[]]}async claim(){let{device:C,asksStarter:V}=this.params??{},{household:L,automations:r,...t}=this.data,i=Object.fromEntries(Object.entries(t).filter(([,A])=>A!==void 0&&A!==""));await this.submit(async()=>{let A=await x(this.hass,"claim",{...i,...C?{serial:C.serial}:{},...V?{household:L,automations:r}:{}});y(this,this.t("claim.done",{serial:A.serial}))})}};o([m()],B1.prototype,"data",2);l("isg-claim-dialog",B1);var c=class extends h{constructor(){super(...arguments);this.narrow=!1;this.detail=""}t(C,V){return Z(this.hass,C,V)}n(C,V,L){return q2(this.hass,C,V,L)}waiting(C){return C.error?e`<div class="content"><ha-alert alert-type="error">${C.error}</ha-alert></div>`:e`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}async attempt(C){try{return await C(),!0}catch(V){return y(this,O(this.hass,V)),!1}}};o([n({attribute:!1})],c.prototype,"hass",2),o([n({type:Boolean})],c.prototype,"narrow",2),o([n()],c.prototype,"detail",2);var S=s`
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
  a.name {
    text-decoration: none;
  }
  a.name:hover,
  a.name:focus-visible {
    text-decoration: underline;
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
`;var B=class{constructor(H,C,V=()=>({})){this.host=H;this.command=C;this.fields=V;this.error="";H.addController(this)}hostConnected(){this.start()}hostUpdate(){this.start()}hostDisconnected(){this.stop()}restart(){this.stop(),this.value=void 0,this.error="",this.start()}start(){let H=this.host.hass;if(!H||this.running)return;let C=H.connection.subscribeMessage(V=>{this.running===C&&(this.value=V,this.error="",this.host.requestUpdate())},{type:`${Y}/${this.command}`,...this.fields()});this.running=C,C.catch(V=>{this.running===C&&(this.error=O(H,V),this.host.requestUpdate())})}stop(){let H=this.running;this.running=void 0,H?.then(C=>C()).catch(()=>{})}};var a2=class extends k{heading(){return this.params?.title??""}body(){return e`<p>${this.params?.text}</p>`}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${()=>this.submit(async()=>this.params?.act())}
        >${this.params?.yes}</ha-button
      >`}};l("isg-confirm-dialog",a2);var s1="\0name",A2="on",X2="off",T1="",P1=class extends k{willUpdate(){if(this.params&&!this.data){let{deployment:H,settings:C}=this.params;this.data={[s1]:H?.name??""};for(let V of C){let L=H?.values[V.key];this.data[V.key]=B5(V,L)}}}heading(){let H=this.params?.deployment?.name;return H?this.t("device.edit",{name:H}):this.t("device.add")}body(){return e`<p>${this.t("device.dialog_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${H=>this.label(H.name)}
        .computeHelper=${H=>this.helper(H.name)}
        @value-changed=${H=>this.data=H.detail.value}
      ></ha-form>`}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data?.[s1]}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}setting(H){return this.params?.settings.find(C=>C.key===H)}label(H){if(H===s1)return this.t("device.name");let C=this.setting(H);return C?.unit?`${C.name} (${C.unit})`:C?.name??H}helper(H){let C=this.setting(H);if(!C)return"";let[V,L]=C.range??[],r=C.type==="text"&&V!==void 0;return[V===void 0?"":this.t(r?"device.length":"device.range",{low:V,high:L??""}),C.risky?this.t("device.risky"):""].filter(Boolean).join(" ")}schema(){let H=(this.params?.settings??[]).map(V=>({name:V.key,selector:this.selector(V)})),C=!this.params?.deployment;return[{name:s1,required:!0,disabled:!C,selector:{text:{}}},...H]}selector(H){let[C,V,L]=(H.range??[]).map(Number);switch(H.type){case"flag":return this.choice([{value:A2,label:this.t("device.on")},{value:X2,label:this.t("device.off")}]);case"choice":return this.choice((H.options??[]).map(r=>({value:r,label:r})));case"whole":case"decimal":return{number:{mode:"box",...C===void 0?{}:{min:C,max:V,step:L||"any"}}};default:return{text:{}}}}choice(H){return{select:{mode:"dropdown",options:[{value:T1,label:this.t("device.left_out")},...H]}}}async save(){let{params:H,data:C}=this;if(!H||!C)return;let V={};for(let L of H.settings){let r=C[L.key];r===void 0||r===T1||r===null||(V[L.key]=L.type==="flag"?r===A2:r)}await this.submit(async()=>{await x(this.hass,"put_deployment",{serial:H.serial,name:String(C[s1]).trim(),values:V,revision:H.revision}),await H.saved()})}};o([m()],P1.prototype,"data",2);function B5(M,H){return M.type==="flag"?H===void 0?T1:H?A2:X2:M.type==="choice"?H??T1:M.type==="decimal"&&H!==void 0?Number(H):H}l("isg-deployment-dialog",P1);var P5="confirmation_needed",r1=class extends c{constructor(){super(...arguments);this.error=""}static{this.styles=[S,s`
      .scroll {
        overflow-x: auto;
        padding: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        min-width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 8px 16px 8px 0;
        border-bottom: 1px solid var(--divider-color);
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      td.left-out {
        color: var(--secondary-text-color);
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .head h1 {
        margin: 0;
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
        overflow-wrap: anywhere;
      }
    `]}willUpdate(C){let V=C.get("device");C.has("device")&&(V?.serial!==this.device.serial||V.is_connected!==this.device.is_connected)&&this.load()}render(){let{device:C}=this;return e`
      <div class="content">
        <div class="head">
          <ha-icon-button
            .path=${c2}
            .label=${this.hass.localize("ui.common.back")}
            @click=${()=>U(`${T}/overview`)}
          ></ha-icon-button>
          <h1>${C.name}</h1>
        </div>
        ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:a}
        ${this.shown?this.renderSettings(this.shown):a}
        ${!this.shown&&!this.error?e`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`:a}
      </div>
    `}renderSettings(C){return e`
      <ha-card>
        <h2>${this.t("device.deployments")}</h2>
        <p>${this.t("device.deployments_text")}</p>
        ${C.pending?this.renderPending(C.pending.name):a}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("device.setting")}</th>
                <th scope="col">${this.t("device.now")}</th>
                ${C.deployments.map(V=>this.renderHead(C,V))}
              </tr>
            </thead>
            <tbody>
              ${C.settings.map(V=>e`<tr>
                  <th scope="row">
                    ${V.name}
                    ${V.risky?e`<div class="more">${this.t("device.risky")}</div>`:a}
                  </th>
                  <td>${this.text(V,V.value)}</td>
                  ${C.deployments.map(L=>{let r=L.values[V.key];return r===void 0?e`<td class="left-out">${this.t("device.left_out")}</td>`:e`<td>${this.text(V,r)}</td>`})}
                </tr>`)}
            </tbody>
          </table>
        </div>
        ${C.may_change?e`<p>
              <ha-button @click=${()=>this.edit(C)}>${this.t("device.add")}</ha-button>
            </p>`:a}
      </ha-card>
      <ha-card>
        <h2>${this.t("device.factory")}</h2>
        <p>${this.t("device.factory_text")}</p>
        <div class="scroll">
          <table>
            <tbody>
              ${Object.entries(C.factory).map(([V,L])=>e`<tr>
                  <th scope="row">${V}</th>
                  <td>${String(L)}</td>
                </tr>`)}
            </tbody>
          </table>
        </div>
      </ha-card>
    `}renderHead(C,V){let L=C.in_force===V.name;return e`<th scope="col">
      <div>${V.name}</div>
      ${L?e`<div class="more">${this.t("device.in_force")}</div>`:a}
      ${C.may_change?e`<div class="acts">
            ${L?a:e`<ha-button
                  size="small"
                  appearance="filled"
                  @click=${()=>this.activate(V.name)}
                  >${this.t("device.activate")}</ha-button
                >`}
            <ha-icon-button
              .path=${H1}
              .label=${this.t("device.edit",{name:V.name})}
              @click=${()=>this.edit(C,V)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${W}
              .label=${this.t("device.delete",{name:V.name})}
              @click=${()=>this.ask(C,V.name)}
            ></ha-icon-button>
          </div>`:a}
    </th>`}renderPending(C){return e`<ha-alert alert-type="info">
      ${this.t("device.pending",{name:C})}
      <ha-button
        slot="action"
        size="small"
        @click=${()=>this.act(()=>x(this.hass,"cancel_deployment",this.one()))}
        >${this.t("device.cancel")}</ha-button
      >
    </ha-alert>`}text(C,V){return typeof V=="boolean"?this.t(V?"device.on":"device.off"):C.unit?`${V} ${C.unit}`:String(V)||"–"}one(){return{serial:this.device.serial}}async load(){try{this.shown=await x(this.hass,"deployments",this.one()),this.error=""}catch(C){this.error=O(this.hass,C)}}async act(C){await this.attempt(C),await this.load()}edit(C,V){w(this,"isg-deployment-dialog",{serial:this.device.serial,settings:C.settings,revision:C.revision,deployment:V,saved:()=>this.load()})}ask(C,V){w(this,"isg-confirm-dialog",{title:this.t("device.delete",{name:V}),text:this.t("device.delete_text"),yes:this.hass.localize("ui.common.delete"),act:async()=>{await x(this.hass,"delete_deployment",{...this.one(),name:V,revision:C.revision}),await this.load()}})}async activate(C,V=!1){try{let{applied:L}=await x(this.hass,"activate_deployment",{...this.one(),name:C,confirm:V});y(this,this.t(L?"device.applied":"device.waits",{name:C}))}catch(L){L.code!==P5||V?y(this,O(this.hass,L)):w(this,"isg-confirm-dialog",{title:this.t("device.risky_title",{name:C}),text:O(this.hass,L),yes:this.t("device.try"),act:()=>this.activate(C,!0)})}await this.load()}};o([n({attribute:!1})],r1.prototype,"device",2),o([m()],r1.prototype,"shown",2),o([m()],r1.prototype,"error",2);l("isg-device",r1);var d2=class extends c{constructor(){super(...arguments);this.overview=new B(this,"overview")}static{this.styles=S}render(){let C=this.overview.value;if(!C)return this.waiting(this.overview);if(this.detail){let V=C.devices.find(L=>L.serial===this.detail);return V?e`<isg-device .hass=${this.hass} .narrow=${this.narrow} .device=${V}></isg-device>`:e`<div class="content">
            <ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>
          </div>`}return e`
      <div class="content">
        ${this.renderAttention(C)} ${this.renderDiscovered(C)}
        ${this.renderDevices(C.devices)}
      </div>
    `}renderAttention({attention:C,handovers:V}){let{offers:L,takeovers:r,orphans:t}=V;return!C.length&&!L.length&&!r.length&&!t.length?a:e`<ha-card>
      <h2>${this.t("overview.attention")}</h2>
      <ul>
        ${C.map(i=>e`<li>
            <div class="what">
              <div class="name">${i.name}</div>
              <div class="more">${this.t(`problems.${i.kind}`)}</div>
            </div>
          </li>`)}
        ${L.map(i=>this.renderOffer(i))}
        ${r.map(i=>this.renderTakeover(i))}
        ${t.map(i=>e`<li>
            <div class="what">
              <div class="name">${i.name}</div>
              <div class="more">${this.t("overview.orphan")}</div>
            </div>
            ${this.act("overview.take_over","take_over",i.serial)}
          </li>`)}
      </ul>
    </ha-card>`}renderOffer(C){let V=b(this.hass,C.at),L=C.is_to_you?this.t("overview.offered_to_you",{person:C.from,until:V}):this.t("overview.offered_by_you",{person:C.to,until:V});return e`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${L}</div>
      </div>
      <div class="acts">
        ${C.is_to_you?e`${this.act("overview.accept","accept_transfer",C.serial)}
            ${this.act("overview.decline","end_transfer",C.serial)}`:this.act("overview.withdraw","end_transfer",C.serial)}
      </div>
    </li>`}renderTakeover(C){let V=b(this.hass,C.at),L=new Date(C.at)<=new Date,r=C.is_to_you?this.t("overview.asked_by_you",{person:C.from,at:V}):this.t("overview.asked_of_you",{person:C.to,at:V});return e`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${r}</div>
      </div>
      <div class="acts">
        ${C.is_to_you&&L?this.act("overview.take_over","take_over",C.serial):a}
        ${this.act(C.is_to_you?"overview.ask_no_longer":"overview.object","object_takeover",C.serial)}
      </div>
    </li>`}renderDiscovered(C){let{discovered:V,asks_starter:L}=C;return e`<ha-card>
      <h2>${this.t("overview.discovered")}</h2>
      ${V.length?e`<ul>
            ${V.map(r=>e`<li>
                <div class="what">
                  <div class="name">${r.model||this.t("overview.unnamed")} (${r.serial})</div>
                  <div class="more">${r.host}</div>
                </div>
                <div class="acts">
                  ${r.is_bound?this.act("overview.restore","restore",r.serial):e`<ha-button
                        size="small"
                        @click=${()=>this.claim({device:r,asksStarter:L})}
                        >${this.t("overview.claim")}</ha-button
                      >`}
                </div>
              </li>`)}
          </ul>`:e`<p>${this.t("overview.none_discovered")}</p>`}
      <p>
        <ha-button appearance="plain" @click=${()=>this.claim({asksStarter:L})}>
          ${this.t("overview.claim_other")}
        </ha-button>
      </p>
    </ha-card>`}renderDevices(C){return e`<ha-card>
      <h2>${this.t("overview.devices")}</h2>
      ${C.length?e`<ul>
            ${C.map(V=>this.renderDevice(V))}
          </ul>`:e`<p>${this.t("overview.none")}</p>`}
    </ha-card>`}renderDevice(C){let V=C.is_yours?this.t("access.yours"):this.t("access.owned_by",{owner:C.owner}),L=[C.area,C.model,V].filter(Boolean).join(" · "),r=C.last_command_ms;return e`<li>
      <div class="what">
        <a
          class="name"
          href="${T}/overview/${encodeURIComponent(C.serial)}"
          @click=${t=>this.open(t,C.serial)}
          >${C.name}</a
        >
        <div class="more">${L}</div>
      </div>
      <div class="more">
        ${r===null?a:this.t("overview.latency",{ms:r.toFixed(r<10?1:0)})}
      </div>
      <div class="name">
        ${C.is_connected&&!C.problem?this.t("overview.connected"):this.t(`problems.${C.problem??"connecting"}`)}
      </div>
    </li>`}open(C,V){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),U(`${T}/overview/${encodeURIComponent(V)}`))}act(C,V,L){return e`<ha-button
      size="small"
      @click=${()=>this.attempt(()=>x(this.hass,V,{serial:L}))}
      >${this.t(C)}</ha-button
    >`}claim(C){w(this,"isg-claim-dialog",C)}};l("isg-overview",d2);var e1=class extends h{constructor(){super(...arguments);this.busy=""}static{this.styles=[S,s`
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
    `]}render(){let{device:C,hass:V}=this,L=C.is_yours?Z(V,"access.yours"):Z(V,"access.owned_by",{owner:C.owner}),r=C.is_connected?"":` · ${Z(V,"access.away")}`;return e`
      <h2>${C.name}</h2>
      <p>${L}${r}</p>
      ${C.entities.length?e`<ul>
            ${C.entities.map(t=>this.renderEntity(t))}
          </ul>`:a}
    `}renderEntity(C){let{hass:V}=this,L=C.entity_id?V.states[C.entity_id]:void 0,r=L?V.formatEntityState?.(L)??L.state:"";return e`
      <li>
        <div class="what">
          <div class="name">${C.name}</div>
          ${r?e`<div class="more">${r}</div>`:a}
        </div>
        <div class="acts">
          ${C.buttons.map(t=>this.renderButton(C,t))}
          ${L?e`<ha-button
                appearance="plain"
                size="small"
                @click=${()=>K2(this,C.entity_id??"")}
                >${Z(V,"access.more")}</ha-button
              >`:a}
        </div>
      </li>
    `}renderButton(C,V){let{hass:L}=this,r=`${C.key} ${V.command}`,t=R1(L,V.command);if(!V.is_allowed){let i=V.next_at?b(L,V.next_at):"";return e`<span class="locked">
        <ha-svg-icon .path=${g2}></ha-svg-icon>
        ${Z(L,"access.locked",{command:t,next:i})}
      </span>`}return e`<ha-button
      size="small"
      appearance="filled"
      .disabled=${!this.device.is_connected||this.busy!==""}
      .loading=${this.busy===r}
      @click=${()=>this.press(C,V,r)}
      >${t}</ha-button
    >`}async press(C,V,L){this.busy=L;try{await j2(this.hass,"send_command",{device_id:this.device.device_id,command:V.command,entity:C.key});let r=R1(this.hass,V.command);y(this,Z(this.hass,"access.done",{name:C.name,command:r}))}catch(r){y(this,O(this.hass,r))}finally{this.busy=""}}};o([n({attribute:!1})],e1.prototype,"hass",2),o([n({attribute:!1})],e1.prototype,"device",2),o([m()],e1.prototype,"busy",2);function R1(M,H){let C=`commands.${H}`,V=Z(M,C);return V===C?H:V}l("isg-device-access",e1);var p2=class extends c{constructor(){super(...arguments);this.access=new B(this,"my_access")}static{this.styles=S}render(){let C=this.access.value;return C?e`
      <div class="content">
        ${C.devices.length?a:e`<ha-card><p>${this.t("access.nothing")}</p></ha-card>`}
        ${C.devices.map(V=>e`<ha-card>
            <isg-device-access .hass=${this.hass} .device=${V}></isg-device-access>
          </ha-card>`)}
        ${C.left_out?e`<ha-alert>${this.n("access.left_out",C.left_out)}</ha-alert>`:a}
        <ha-card>
          <h2>${this.t("access.claim_title")}</h2>
          <p>${this.t("access.claim_text")}</p>
          <p>
            <ha-button @click=${()=>w(this,"isg-claim-dialog",{})}>
              ${this.t("access.claim")}
            </ha-button>
          </p>
        </ha-card>
      </div>
    `:this.waiting(this.access)}};l("isg-my-access",p2);var F1=s`
  .difference {
    padding: 4px 0;
    overflow-wrap: anywhere;
  }
  .difference del {
    color: var(--secondary-text-color);
  }
  .difference ins {
    text-decoration: none;
  }
`;function $1(M,H,C){let V=M.before?M.after?"changed":"removed":"added",L=M.kind==="rows"?`${C("kinds.rows")} ${M.id}`:C(`kinds.${M.kind}`),r=t=>M.kind==="rows"?T5(t,H,C):`${t.name}: ${H.members(M.kind,t).join(", ")}`;return e`<div class="difference">
    <div>${C(`diff.${V}`)}: ${L}</div>
    ${M.before?e`<div class="more"><del aria-label=${C("diff.before")}>${r(M.before)}</del></div>`:a}
    ${M.after?e`<div class="more"><ins aria-label=${C("diff.after")}>${r(M.after)}</ins></div>`:a}
  </div>`}function T5(M,H,C){let V=[...H.more(M),...M.note?[M.note]:[]];return[H.line(M),...V,...M.is_on?[]:[C("is_off")]].join(" · ")}var Y2=["user_groups","device_groups","command_groups","shifts"],m2=["users","devices","commands","times"],J2=["read","control","configure","video","administer"],Z1=["mon","tue","wed","thu","fri","sat","sun"];var g=class{constructor(H,C){this.hass=H;this.shown=C}user(H){let C=this.shown.people.find(V=>V.user_id===H);return C?C.name:this.t("gone",{id:H})}entity(H){let C=this.hass.states[H]?.attributes.friendly_name;return typeof C=="string"&&C?C:H}device(H){return this.shown.devices.find(C=>C.serial===H)?.name??H}reference(H,C){let V=this.shown.references[H].find(L=>L.reference.id===C);return V?V.reference.name:this.t("gone",{id:C})}command(H){return R1(this.hass,H)}weekday(H){let C=Date.UTC(2024,0,1+Z1.indexOf(H));return new Date(C).toLocaleDateString(this.hass.language,{weekday:"short",timeZone:"UTC"})}day(H){return new Date(`${H}T00:00:00Z`).toLocaleDateString(this.hass.language,{dateStyle:"medium",timeZone:"UTC"})}users(H){return[...H.everyone?[this.t("everyone")]:[],...(H.users??[]).map(C=>this.user(C)),...(H.groups??[]).map(C=>this.reference("user_groups",C)),...(H.persons??[]).map(C=>this.entity(C)),...(H.automations??[]).map(C=>this.software(C,"all_automations")),...(H.scripts??[]).map(C=>this.software(C,"all_scripts")),...(H.integrations??[]).map(C=>this.software(C,"all_integrations")),...(H.guests??[]).map(()=>this.t("guest"))]}devices(H){return[...H.all_of_maker?[this.t("all_devices")]:[],...(H.serials??[]).map(C=>this.device(C)),...(H.groups??[]).map(C=>this.reference("device_groups",C)),...(H.areas??[]).map(C=>this.hass.areas?.[C]?.name??C),...(H.labels??[]).map(C=>this.t("label",{id:C}))]}commands(H){return[...(H.groups??[]).map(C=>this.t(`groups.${C}`)),...(H.own_groups??[]).map(C=>this.reference("command_groups",C)),...(H.names??[]).map(C=>this.command(C)),...(H.limits??[]).map(C=>{let V=C.choices?C.choices.join(", "):`${C.minimum??"…"} – ${C.maximum??"…"}`;return this.t("limited",{command:this.command(C.command),argument:C.argument,range:V})})]}members(H,C){if(H==="shifts"){let{hours:V=[],weekdays:L=[]}=C;return this.times({hours:V,weekdays:L})}return H==="command_groups"?this.commands({groups:C.groups??[],names:C.names??[]}):[...(C.users??[]).map(V=>this.user(V)),...(C.persons??[]).map(V=>this.entity(V)),...(C.serials??[]).map(V=>this.device(V)),...(C.groups??[]).map(V=>this.reference(H,V))]}when(H){return H.map(C=>C.map(V=>this.item(V)).join(", "))}times(H){return H.always?[this.t("when.always")]:[...(H.dates??[]).map(C=>`${C.first??"…"} – ${C.last??"…"}`),(H.weekdays??[]).map(C=>this.weekday(C)).join(", "),...(H.hours??[]).map(C=>`${C.start.slice(0,5)}–${C.end.slice(0,5)}`),...(H.shifts??[]).map(C=>this.reference("shifts",C)),...[...H.schedules??[],...H.calendars??[]].map(C=>this.entity(C)),...(H.except_calendars??[]).map(C=>this.t("when.not_calendar",{entity_id:this.entity(C)}))].filter(Boolean)}more(H){let C=V=>b(this.hass,V);return[...H.uses_left===void 0?[]:[this.t("uses_left",{count:H.uses_left})],...H.starts_at?[this.t("starts",{at:C(H.starts_at)})]:[],...H.expires_at?[this.t("expires",{at:C(H.expires_at)})]:[]]}line(H){return[this.t(`effect_${H.effect}`),this.users(H.users).join(", "),this.devices(H.devices).join(", "),this.commands(H.commands).join(", "),this.times(H.times).join(", ")].join(" · ")}software(H,C){return H==="all"?this.t(C):this.entity(H)}item(H){let{kind:C,...V}=H;for(let L of["day","first","last"]){let r=V[L];r&&(V[L]=Z1.includes(r)?this.weekday(r):this.day(r))}return V.entity_id&&(V.entity_id=this.entity(V.entity_id)),this.t(`when.${C}`,V)}t(H,C={}){return Z(this.hass,`permissions.${H}`,C)}};var Q=class extends c{constructor(){super(...arguments);this.content="";this.error="";this.isBusy=!1}static{this.styles=[S,F1,s`
      :host {
        display: grid;
        gap: 16px;
      }
      .inside {
        padding: 0 16px 16px;
        display: grid;
        gap: 16px;
      }
      input {
        max-width: 100%;
        color: var(--primary-text-color);
      }
    `]}render(){return e`
      <ha-card>
        <h2>${this.p("export")}</h2>
        <p>${this.p("export_text")}</p>
        <div class="inside">
          <div class="acts">
            ${["json","csv"].map(C=>e`<ha-button appearance="filled" @click=${()=>this.out(C)}
                >${this.p(`export_${C}`)}</ha-button
              >`)}
          </div>
        </div>
      </ha-card>
      <ha-card>
        <h2>${this.p("import")}</h2>
        <p>${this.p("import_text")}</p>
        <div class="inside">
          <input
            type="file"
            accept=".json,.csv,application/json,text/csv"
            aria-label=${this.p("choose_file")}
            @change=${this.read}
          />
          <ha-form
            .hass=${this.hass}
            .data=${{content:this.content}}
            .schema=${[{name:"content",selector:{text:{multiline:!0}}}]}
            .computeLabel=${C=>this.p(`fields.${C.name}`)}
            @value-changed=${C=>this.take(C.detail.value.content??"")}
          ></ha-form>
          <div class="acts">
            <ha-button .disabled=${!this.content||this.isBusy} @click=${this.look}
              >${this.p("preview")}</ha-button
            >
          </div>
          <div role="status">
            ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:a}
            ${this.preview?this.renderPreview(this.preview):a}
          </div>
        </div>
      </ha-card>
    `}renderPreview({differences:C,count:V}){if(!V)return e`${this.p("no_difference")}`;let L=new g(this.hass,this.shown);return e`
      <div class="name">${this.n("permissions.differences",V)}</div>
      ${C.map(r=>$1(r,L,t=>this.p(t)))}
      <ha-button .loading=${this.isBusy} @click=${this.apply}>${this.p("apply")}</ha-button>
    `}get format(){return/^\s*[[{]/.test(this.content)?"json":"csv"}async out(C){await this.attempt(async()=>{let{content:V}=await x(this.hass,"export_permissions",{format:C}),L=C==="json"?"application/json":"text/csv",r=document.createElement("a");r.href=URL.createObjectURL(new Blob([V],{type:L})),r.download=`permissions.${C}`,r.click(),URL.revokeObjectURL(r.href)})}async read(C){let[V]=C.target.files??[];V&&this.take(await V.text())}take(C){this.content=C,this.preview=void 0,this.error=""}async look(){let{format:C,content:V}=this;await this.judged(async()=>{this.preview=await x(this.hass,"preview_permissions",{format:C,content:V})})}async apply(){let{format:C,content:V,preview:L}=this;await this.judged(async()=>{let r=L?.version;await x(this.hass,"import_permissions",{format:C,content:V,version:r}),this.take(""),y(this,this.p("imported"))})}async judged(C){this.isBusy=!0,this.error="";try{await C()}catch(V){this.preview=void 0,this.error=O(this.hass,V)}finally{this.isBusy=!1}}p(C,V){return this.t(`permissions.${C}`,V)}};o([n({attribute:!1})],Q.prototype,"shown",2),o([m()],Q.prototype,"content",2),o([m()],Q.prototype,"preview",2),o([m()],Q.prototype,"error",2),o([m()],Q.prototype,"isBusy",2);l("isg-permission-exchange",Q);function f(M,H,C,V,L={}){let r=new Set(H.map(A=>A.value)),t=(C??[]).filter(A=>!r.has(A)),i=[...H,...t.map(A=>({value:A,label:V(A)}))];return{name:M,selector:{select:{multiple:!0,options:i,...L}}}}function E(M,H){return{name:M,selector:{entity:{multiple:!0,filter:{domain:H}}}}}function E1(M){return M.people.map(H=>({value:H.user_id,label:H.name}))}function G(M,H){return M.devices.filter(C=>C.has_authority&&(!H||H.includes(C.serial))).map(C=>({value:C.serial,label:C.name}))}function J(M,H){return M.references[H].map(({reference:C})=>({value:C.id,label:C.name}))}function t1(M){return J2.map(H=>({value:H,label:M(`groups.${H}`)}))}function z(M,H){return[...new Set(M.devices.flatMap(V=>V.commands))].sort().map(V=>({value:V,label:H.command(V)}))}function _1(M){return Z1.map(H=>({value:H,label:M.weekday(H)}))}var N1=[{name:"start",required:!0,selector:{time:{no_second:!0}}},{name:"end",required:!0,selector:{time:{no_second:!0}}}],C5=[{name:"first",selector:{date:{}}},{name:"last",selector:{date:{}}}];function D1(M){return{name:"",type:"grid",column_min_width:"140px",schema:[{name:`${M}_date`,selector:{date:{}}},{name:`${M}_time`,selector:{time:{no_second:!0}}}]}}var W1=[D1("starts_at"),D1("expires_at")],I1={name:"uses_left",selector:{number:{mode:"box",min:0,max:1e6}}};var $=class extends h{constructor(){super(...arguments);this.items=[];this.schema=[];this.label=C=>C;this.addLabel="";this.removeLabel="";this.disabled=!1}static{this.styles=s`
    :host {
      display: block;
    }
    .item {
      display: flex;
      align-items: center;
      gap: 8px;
      margin-bottom: 8px;
    }
    ha-button ha-svg-icon {
      color: inherit;
    }
    ha-form {
      flex: 1;
      min-width: 0;
    }
  `}render(){let C=[{name:"",type:"grid",column_min_width:"120px",schema:this.schema}];return e`
      ${this.items.map((V,L)=>e`<div class="item">
          <ha-form
            .hass=${this.hass}
            .data=${V}
            .schema=${C}
            .disabled=${this.disabled}
            .computeLabel=${r=>this.label(r.name)}
            @value-changed=${r=>{r.stopPropagation(),this.tell(this.items.map((t,i)=>i===L?r.detail.value:t))}}
          ></ha-form>
          <ha-icon-button
            .path=${W}
            .label=${this.removeLabel}
            .disabled=${this.disabled}
            @click=${()=>this.tell(this.items.filter((r,t)=>t!==L))}
          ></ha-icon-button>
        </div>`)}
      <ha-button
        size="s"
        appearance="plain"
        .disabled=${this.disabled}
        @click=${()=>this.tell([...this.items,{}])}
      >
        <ha-svg-icon slot="start" .path=${V1}></ha-svg-icon>${this.addLabel}
      </ha-button>
    `}tell(C){F(this,"items-changed",{items:C})}};o([n({attribute:!1})],$.prototype,"hass",2),o([n({attribute:!1})],$.prototype,"items",2),o([n({attribute:!1})],$.prototype,"schema",2),o([n({attribute:!1})],$.prototype,"label",2),o([n()],$.prototype,"addLabel",2),o([n()],$.prototype,"removeLabel",2),o([n({type:Boolean})],$.prototype,"disabled",2);l("isg-list-editor",$);var u1=class extends k{constructor(){super(...arguments);this.hours=[]}willUpdate(){if(this.params&&!this.fields){let{id:C,made_by:V,hours:L,...r}=this.params.one?.reference??{id:"",made_by:""};this.fields=r,this.hours=L??(this.params.kind==="shifts"?[{}]:[])}}heading(){let C=this.params?.one?.reference.name;return C?this.p("edit_named",{name:C}):this.p("add_of",{kind:this.p(`kinds.${this.params?.kind}`)})}body(){let{params:C}=this;if(!C)return e``;let V=L=>this.p(`fields.${L}`);return e`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${[{name:"name",required:!0,selector:{text:{}}},...this.schema(C)]}
        .disabled=${this.isBusy}
        .computeLabel=${L=>V(L.name)}
        @value-changed=${L=>this.fields=L.detail.value}
      ></ha-form>
      ${C.kind==="shifts"?e`<isg-list-editor
            .hass=${this.hass}
            .items=${this.hours}
            .schema=${N1}
            .label=${V}
            .addLabel=${this.p("add_hours")}
            .removeLabel=${this.hass.localize("ui.common.remove")}
            .disabled=${this.isBusy}
            @items-changed=${L=>this.hours=L.detail.items}
          ></isg-list-editor>`:a}
    `}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields?.name}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}schema({kind:C,shown:V,one:L}){let r=new g(this.hass,V),{fields:t={}}=this,i=J(V,C).filter(({value:d})=>d!==L?.reference.id),A=f("groups",i,t.groups,d=>r.reference(C,d)),v=i.length?[A]:[];switch(C){case"user_groups":return[f("users",E1(V),t.users,d=>r.user(d)),E("persons","person"),...v];case"device_groups":return[f("serials",G(V),t.serials,d=>r.device(d)),...v];case"command_groups":return[f("groups",t1(d=>this.p(d)),[],String,{mode:"list"}),f("names",z(V,r),t.names,d=>r.command(d),{custom_value:!0})];case"shifts":return[f("weekdays",_1(r),[],String,{mode:"list"})]}}async save(){let{kind:C,one:V}=this.params,L=Object.entries({...this.fields,hours:this.hours}).filter(([,r])=>!Array.isArray(r)||r.length);await this.submit(()=>x(this.hass,"put_reference",{kind:C,reference:Object.fromEntries(L),...V?{reference_id:V.reference.id,version:V.version}:{}}))}p(C,V){return this.t(`permissions.${C}`,V)}};o([m()],u1.prototype,"fields",2),o([m()],u1.prototype,"hours",2);l("isg-reference-dialog",u1);var U1=class extends c{static{this.styles=[S,s`
      :host {
        display: grid;
        gap: 16px;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `]}render(){return e`${Y2.map(H=>e`<ha-card>
        <h2>${this.p(`kinds.${H}`)}</h2>
        ${this.shown.references[H].length?e`<ul>
              ${this.shown.references[H].map(C=>this.renderOne(H,C))}
            </ul>`:e`<p>${this.p("none")}</p>`}
        ${this.shown.grants.length?e`<p>
              <ha-button
                appearance="plain"
                aria-label=${this.p("add_of",{kind:this.p(`kinds.${H}`)})}
                @click=${()=>this.edit(H)}
              >
                <ha-svg-icon slot="start" .path=${V1}></ha-svg-icon>${this.p("add_named")}
              </ha-button>
            </p>`:a}
      </ha-card>`)}`}renderOne(H,C){let{reference:V}=C,{name:L}=V;return e`<li>
      <div class="what">
        <div class="name"><bdi>${L}</bdi></div>
        <div class="more">${this.members(H,V)}</div>
        <div class="more">${this.p("made_by",{person:C.made_by_name})}</div>
      </div>
      ${C.may_change?e`<div class="acts">
            <ha-icon-button
              .path=${H1}
              .label=${this.p("edit_named",{name:L})}
              @click=${()=>this.edit(H,C)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${W}
              .label=${this.p("remove_named",{name:L})}
              @click=${()=>this.ask(H,C)}
            ></ha-icon-button>
          </div>`:a}
    </li>`}members(H,C){return new g(this.hass,this.shown).members(H,C).join(", ")}edit(H,C){w(this,"isg-reference-dialog",{shown:this.shown,kind:H,one:C})}ask(H,{reference:C,version:V}){w(this,"isg-confirm-dialog",{title:this.p("remove_named",{name:C.name}),text:this.p("remove_named_text"),yes:this.hass.localize("ui.common.remove"),act:()=>x(this.hass,"remove_reference",{kind:H,reference_id:C.id,version:V})})}p(H,C){return this.t(`permissions.${H}`,C)}};o([n({attribute:!1})],U1.prototype,"shown",2);l("isg-permission-groups",U1);var i1=class extends c{constructor(){super(...arguments);this.error=""}static{this.styles=[S,F1]}willUpdate(C){C.has("shown")&&this.load()}render(){let{changes:C}=this;return this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:C?e`<ha-card>
      <h2>${this.p("sections.history")}</h2>
      <p>${this.p(C.length?"history_text":"history_none")}</p>
      <ul>
        ${C.map(V=>this.renderChange(V))}
      </ul>
    </ha-card>`:e`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}renderChange(C){let V=new g(this.hass,this.shown),L=b(this.hass,C.at);return e`<li>
      <div class="what">
        <div class="name">${L} · <bdi>${C.by?C.by_name:this.p("the_gateway")}</bdi></div>
        ${C.differences.map(r=>$1(r,V,t=>this.p(t)))}
      </div>
      <ha-button size="s" appearance="plain" @click=${()=>this.ask(C,L)}
        >${this.p("undo")}</ha-button
      >
    </li>`}async load(){try{let C=await x(this.hass,"permission_history");this.changes=C.changes,this.error=""}catch(C){this.error=O(this.hass,C)}}ask({number:C},V){w(this,"isg-confirm-dialog",{title:this.p("undo"),text:this.p("undo_of",{at:V}),yes:this.p("undo"),act:async()=>{await x(this.hass,"undo_permissions",{number:C}),y(this,this.p("undone")),await this.load()}})}p(C,V){return this.t(`permissions.${C}`,V)}};o([n({attribute:!1})],i1.prototype,"shown",2),o([m()],i1.prototype,"changes",2),o([m()],i1.prototype,"error",2);l("isg-permission-history",i1);var V5={users:["users","groups","persons","automations","scripts","integrations","guests"],devices:["serials","groups","areas","labels"],commands:["groups","own_groups","names"],times:["weekdays","shifts","schedules","calendars","except_calendars"]},L5={users:"everyone",devices:"all_of_maker"},H5=["automations","scripts"],n2="all",l2={fields:{effect:"allow",is_on:!0},limits:[],dates:[],hours:[]};function Q1(M,H){let{effect:C,is_on:V,note:L,uses_left:r}=M,t={effect:C,is_on:V,note:L,uses_left:r,by:M.by};for(let[i,A]of Object.entries(V5)){let v=M[i];for(let d of A){let p=v[d]??[];t[`${i}_${d}`]=p.filter(u=>!H5.includes(d)||u!==n2),p.includes(n2)&&H5.includes(d)&&(t[`${i}_all_${d}`]=!0)}}for(let[i,A]of Object.entries(L5)){let v=M[i];t[`${i}_${A}`]=v[A]===!0}for(let i of["starts_at","expires_at"]){let A=M[i];A&&Object.assign(t,s2(i,A,H))}return{fields:t,limits:(M.commands.limits??[]).map(({choices:i,...A})=>({...A,...i?{choices:i.join(", ")}:{}})),dates:M.times.dates??[],hours:M.times.hours??[]}}function M5(M,H){let{fields:C}=M,V={};for(let[p,u]of Object.entries(V5)){let R=V[p]={};for(let N of u){let q1=[...C[`${p}_${N}`]??[]];C[`${p}_all_${N}`]&&q1.push(n2),q1.length&&(R[N]=q1)}}for(let[p,u]of Object.entries(L5))C[`${p}_${u}`]&&(V[p][u]=!0);let{commands:L,times:r}=V,t=M.limits.filter(p=>p.command||p.argument).map($5),i=M.dates.filter(p=>p.first||p.last).map(e5),A=M.hours.filter(p=>p.start||p.end),v={...r,...i.length?{dates:i}:{},...A.length?{hours:A}:{}},d=C.uses_left;return{effect:C.effect==="forbid"?"forbid":"allow",is_on:C.is_on!==!1,users:V.users,devices:V.devices,commands:{...L,...t.length?{limits:t}:{}},times:Object.keys(v).length?v:{always:!0},...C.note?{note:String(C.note)}:{},...typeof d=="number"?{uses_left:d}:{},...v2(C,H)}}function v2(M,H){return Object.fromEntries(["starts_at","expires_at"].map(C=>[C,x2(M,C,H)]).filter(([,C])=>C))}function x2(M,H,C){let V=M[`${H}_date`];return V?R5(`${V} ${M[`${H}_time`]||"00:00:00"}`,C):void 0}function s2(M,H,C){let[V="",L=""]=r5(Date.parse(H),C).split(" ");return{[`${M}_date`]:V,[`${M}_time`]:L}}function R5(M,H){let C=Date.parse(`${M.replace(" ","T")}Z`),V=C;for(let L=0;L<2;L++)V=C-F5(V,H);return new Date(V).toISOString().replace(".000Z","Z")}function F5(M,H){return Date.parse(`${r5(M,H).replace(" ","T")}Z`)-Math.floor(M/1e3)*1e3}function r5(M,H){return new Date(M).toLocaleString("sv-SE",{timeZone:H})}function $5(M){let H=(M.choices??"").split(",").map(r=>r.trim()),{choices:C,...V}=M,L=H.filter(Boolean);return{...e5(V),...L.length?{choices:L}:{}}}function e5(M){let H=Object.entries(M).filter(([,C])=>C!=null&&C!=="");return Object.fromEntries(H)}var G1=1440,S1=class extends h{constructor(){super(...arguments);this.intervals=[]}static{this.styles=s`
    :host {
      display: block;
    }
    table {
      width: 100%;
      border-collapse: collapse;
    }
    caption {
      text-align: start;
      padding-bottom: 8px;
      color: var(--secondary-text-color);
    }
    th {
      text-align: start;
      font-weight: normal;
      white-space: nowrap;
      padding-inline-end: 12px;
      width: 1%;
    }
    td {
      padding: 4px 0;
    }
    td.said {
      color: var(--secondary-text-color);
      font-size: var(--ha-font-size-s, 12px);
      padding-inline-start: 12px;
      width: 34%;
    }
    svg {
      display: block;
      width: 100%;
      height: 20px;
    }
    .none {
      fill: var(--divider-color);
    }
    .allowed {
      fill: var(--success-color, #43a047);
    }
    .hour {
      stroke: var(--card-background-color, #fff);
      stroke-width: 2;
    }
  `}render(){let C=V=>Z(this.hass,`permissions.${V}`);return e`<table>
      <caption>
        ${C("week_text")}
      </caption>
      <tbody>
        ${D5(this.intervals).map(V=>e`<tr>
            <th scope="row">${this.name(V.date)}</th>
            <td aria-hidden="true">${E5(V)}</td>
            <td class="said">${_5(V,C)}</td>
          </tr>`)}
      </tbody>
    </table>`}name(C){return new Date(`${C}T00:00:00Z`).toLocaleDateString(this.hass.language,{weekday:"short",day:"numeric",timeZone:"UTC"})}};o([n({attribute:!1})],S1.prototype,"hass",2),o([n({attribute:!1})],S1.prototype,"intervals",2);function D5(M){let H=[];for(let C of M){let V=C.end.slice(0,10);for(let L=C.start.slice(0,10);L<=V;L=N5(L)){let r=L===C.start.slice(0,10)?t5(C.start):0,t=L===V?t5(C.end):G1;if(t<=r)continue;let i=H.find(v=>v.date===L);i||H.push(i={date:L,allowed:[]});let A=i.allowed.at(-1);C.allowed&&A?.[1]===r?A[1]=t:C.allowed&&i.allowed.push([r,t])}}return H}function E5(M){return e`<svg viewBox="0 0 ${G1} 20" preserveAspectRatio="none">
    <rect class="none" width=${G1} height="20"></rect>
    ${M.allowed.map(([H,C])=>i2`<rect class="allowed" x=${H} width=${C-H} height="20"></rect>`)}
    ${[360,720,1080].map(H=>i2`<path class="hour" d="M${H} 0v20"></path>`)}
  </svg>`}function _5(M,H){let[C]=M.allowed;return C?C[0]===0&&C[1]===G1?H("week_always"):M.allowed.map(([V,L])=>`${i5(V)}–${i5(L)}`).join(", "):H("week_never")}function t5(M){return Number(M.slice(11,13))*60+Number(M.slice(14,16))}function i5(M){return`${String(Math.floor(M/60)).padStart(2,"0")}:${String(M%60).padStart(2,"0")}`}function N5(M){return new Date(Date.parse(`${M}T00:00:00Z`)+864e5).toISOString().slice(0,10)}l("isg-week",S1);var W5=["read","settings","set_settings","view","playback","record"],I5=[{name:"argument",required:!0,selector:{text:{}}},{name:"value",required:!0,selector:{text:{}}}],U5=20,P=class extends h{constructor(){super(...arguments);this.fields={};this.given=[];this.error="";this.isBusy=!1}static{this.styles=[S,s`
      :host {
        display: block;
      }
      .acts,
      [role="status"],
      isg-week {
        margin-top: 16px;
      }
      ul {
        padding: 0;
      }
      li {
        padding: 8px 0;
      }
      .fits {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `]}willUpdate(C){if(C.has("tried")){let L=C.get("tried");JSON.stringify(L)!==JSON.stringify(this.tried)&&this.forget()}let[V]=this.shown.devices;if(!this.fields.serial&&V){let[L]=this.shown.people;this.fields={serial:V.serial,who:L?`user:${L.user_id}`:void 0}}}render(){return this.shown.devices.length?e`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .computeLabel=${C=>this.p(`fields.${C.name}`)}
        @value-changed=${C=>{C.stopPropagation(),this.fields=C.detail.value,this.forget()}}
      ></ha-form>
      <isg-list-editor
        .hass=${this.hass}
        .items=${this.given}
        .schema=${I5}
        .label=${C=>this.p(`fields.${C}`)}
        .addLabel=${this.p("add_argument")}
        .removeLabel=${this.hass.localize("ui.common.remove")}
        @items-changed=${C=>{this.given=C.detail.items,this.forget()}}
      ></isg-list-editor>
      <div class="acts">
        <ha-button
          .disabled=${!this.fields.command||this.isBusy}
          @click=${()=>this.ask(!1)}
          >${this.p(this.tried?"simulate":"explain")}</ha-button
        >
        <ha-button
          appearance="plain"
          .disabled=${!this.fields.command||this.isBusy}
          @click=${()=>this.ask(!0)}
          >${this.p("show_week")}</ha-button
        >
      </div>
      <div role="status">
        ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:a}
        ${this.found?this.renderFound(this.found):a}
        ${this.week?e`<isg-week .hass=${this.hass} .intervals=${this.week}></isg-week>`:a}
      </div>
    `:e`<p>${this.p("no_devices")}</p>`}renderFound({decision:C,rows:V,nearest:L}){let r=this.p(`reasons.${C.reason}`,{row:C.row??""}),t=C.next_allowed_at,i=V.filter(d=>!d.failing.length||d.number===L),A=V.filter(d=>!i.includes(d)),v=[...i,...A].slice(0,U5);return e`
      <ha-alert
        alert-type=${C.allowed?"success":"warning"}
        .title=${this.p(C.allowed?"is_allowed":"is_refused")}
      >
        ${r}
        ${C.column?this.p("column_fails",{column:this.p(`columns.${C.column}`)}):a}
        ${t?this.p("next",{at:b(this.hass,t)}):a}
      </ha-alert>
      ${v.length?e`<ul aria-label=${this.p("held")}>
            ${v.map(d=>e`<li>
                <span class=${d.failing.length?"more":"fits"}>
                  ${this.p(`row_${d.effect}`,{number:d.number})}:
                  ${d.failing.length?this.p("fails_in",{columns:d.failing.map(p=>this.p(`columns.${p}`)).join(", ")}):this.p("fits")}
                </span>
              </li>`)}
          </ul>`:a}
    `}p(C,V){return Z(this.hass,`permissions.${C}`,V)}schema(){let{shown:C}=this,V=new g(this.hass,C),L=G(C),r=C.devices.map(v=>({value:v.serial,label:v.name})),i=[...z(C,V),...W5.map(v=>({value:v,label:this.p(`asked.${v}`)}))],A={name:"who",selector:{select:{mode:"dropdown",options:this.subjects()}}};return[...C.people.length>1?[A]:[],{name:"serial",required:!0,selector:{select:{mode:"dropdown",options:this.tried?L:r}}},{name:"command",required:!0,selector:{select:{mode:"dropdown",options:i}}},D1("when")]}forget(){this.found=void 0,this.week=void 0,this.error=""}subjects(){let C=Object.entries(this.hass.states).filter(([r])=>/^(automation|script)\./.test(r)).map(([r,t])=>({value:`${r.split(".")[0]}:${r}`,label:String(t?.attributes.friendly_name??r)})),V=this.shown.rows.flatMap(({row:r})=>(r.users.guests??[]).map(t=>({value:`guest:${t}`,label:`${this.p("guest")}: ${r.note??t}`})));return[...this.shown.people.map(r=>({value:`user:${r.user_id}`,label:r.name})),...C,...V]}async ask(C){let{serial:V,command:L,who:r}=this.fields,t=x2(this.fields,"when",this.hass.config.time_zone),[i,A]=typeof r=="string"?G5(r):["",""],v=this.given.filter(u=>u.argument),d={serial:V,command:L,arguments:Object.fromEntries(v.map(u=>[u.argument,Q5(u.value??"")])),...i?{who:{kind:i,id:A}}:{},...t?{when:t}:{}},p=this.tried?{rows:[this.tried]}:{};this.isBusy=!0,this.error="";try{if(C){let u={...d,...p};this.week=(await x(this.hass,"permission_week",u)).week}else this.found=await x(this.hass,this.tried?"simulate":"explain",{...d,...p})}catch(u){this.forget(),this.error=O(this.hass,u)}finally{this.isBusy=!1}}};o([n({attribute:!1})],P.prototype,"hass",2),o([n({attribute:!1})],P.prototype,"shown",2),o([n({attribute:!1})],P.prototype,"tried",2),o([m()],P.prototype,"fields",2),o([m()],P.prototype,"given",2),o([m()],P.prototype,"found",2),o([m()],P.prototype,"week",2),o([m()],P.prototype,"error",2),o([m()],P.prototype,"isBusy",2);function Q5(M){return M==="true"||M==="false"?M==="true":M.trim()&&Number.isFinite(Number(M))?Number(M):M}function G5(M){let H=M.indexOf(":");return[M.slice(0,H),M.slice(H+1)]}l("isg-try",P);var Z2="owner",z5="changed_meanwhile",C1=class extends k{constructor(){super(...arguments);this.isConflict=!1;this.isTrying=!1}static{this.styles=s`
    h3 {
      margin: 24px 0 8px;
      font-size: var(--ha-font-size-l, 16px);
      font-weight: var(--ha-font-weight-medium, 500);
    }
    p {
      color: var(--secondary-text-color);
      margin: 0 0 8px;
    }
    .anew {
      margin: 8px 0 16px;
    }
    ha-form + isg-list-editor,
    isg-list-editor + isg-list-editor {
      display: block;
      margin-top: 16px;
    }
  `}willUpdate(){if(this.params&&!this.form){let{row:C,wanted:V}=this.params;this.row=C,C?this.form=Q1(C.row,this.zone):V?this.form=Q1({...V,number:0,made_by:""},this.zone):this.form=l2}}updated(C){(C.has("error")&&this.error||C.has("isConflict")&&this.isConflict)&&this.renderRoot.querySelector("ha-alert")?.scrollIntoView({block:"center"})}heading(){let C=this.params?.row?.row.number;return C?this.p("edit_row",{number:C}):this.p("add_row")}body(){let{form:C,params:V}=this;return!C||!V?e``:e`
      ${this.isConflict?e`<ha-alert alert-type="warning">${this.p("conflict")}</ha-alert>
            <ha-button class="anew" size="s" @click=${this.loadAnew}
              >${this.p("load_anew")}</ha-button
            >`:a}
      ${this.fieldset(this.general())}
      <h3>${this.p("columns.users")}</h3>
      ${this.fieldset(this.users())}
      <h3>${this.p("columns.devices")}</h3>
      ${this.fieldset(this.devices())}
      <h3>${this.p("columns.commands")}</h3>
      ${this.fieldset(this.commands())}
      ${this.list("limits","add_limit",this.limits())}
      <h3>${this.p("columns.times")}</h3>
      <p>${this.p("times_text")}</p>
      ${this.fieldset(this.times())} ${this.list("hours","add_hours",N1)}
      ${this.list("dates","add_dates",C5)}
      <h3>${this.p("bounds")}</h3>
      ${this.fieldset([...W1,I1,{name:"note",selector:{text:{}}}])}
      ${this.isTrying?e`<h3>${this.p("try")}</h3>
            <isg-try .hass=${this.hass} .shown=${V.shown} .tried=${this.tried()}></isg-try>`:e`<ha-button appearance="plain" @click=${()=>this.isTrying=!0}
            >${this.p("try")}</ha-button
          >`}
    `}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${this.isConflict}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}get zone(){return this.hass.config.time_zone}get shown(){if(!this.params)throw new Error("not open");return this.params.shown}get names(){return new g(this.hass,this.shown)}p(C,V){return this.t(`permissions.${C}`,V)}fieldset(C){return e`<ha-form
      .hass=${this.hass}
      .data=${this.form?.fields}
      .schema=${C}
      .disabled=${this.isBusy}
      .computeLabel=${V=>this.p(`fields.${V.name}`)}
      @value-changed=${V=>{this.form&&(this.form={...this.form,fields:V.detail.value})}}
    ></ha-form>`}list(C,V,L){return e`<isg-list-editor
      .hass=${this.hass}
      .items=${this.form?.[C]}
      .schema=${L}
      .label=${r=>this.p(`fields.${r}`)}
      .addLabel=${this.p(V)}
      .removeLabel=${this.hass.localize("ui.common.remove")}
      .disabled=${this.isBusy}
      @items-changed=${r=>{this.form&&(this.form={...this.form,[C]:r.detail.items})}}
    ></isg-list-editor>`}general(){let V={name:"effect",required:!0,selector:{select:{mode:"list",options:["allow","forbid"].map(t=>({value:t,label:this.p(`effect_${t}`)}))}}},{grants:L}=this.shown;if(this.row||L.length<2)return[V];let r=L.map(t=>({value:t.by??Z2,label:this.p(t.by?"by_appointment":"by_owner",{devices:t.serials.map(i=>this.names.device(i)).join(", ")})}));return[V,{name:"by",required:!0,selector:{select:{options:r}}}]}chosen(C){return this.form?.fields[C]}users(){let{shown:C,names:V}=this,L=J(C,"user_groups");return[f("users_users",E1(C),this.chosen("users_users"),r=>V.user(r)),...L.length||this.chosen("users_groups")?.length?[f("users_groups",L,this.chosen("users_groups"),r=>V.reference("user_groups",r))]:[],{name:"users_everyone",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("others"),headingLevel:4,schema:[E("users_persons","person"),E("users_automations","automation"),{name:"users_all_automations",selector:{boolean:{}}},E("users_scripts","script"),{name:"users_all_scripts",selector:{boolean:{}}},{name:"users_integrations",selector:{text:{multiple:!0}}}]}]}devices(){let{shown:C,names:V}=this,L=this.chosen("by"),r=C.grants.find(i=>(i.by??Z2)===L),t=J(C,"device_groups");return[f("devices_serials",G(C,r?.serials),this.chosen("devices_serials"),i=>V.device(i)),...t.length||this.chosen("devices_groups")?.length?[f("devices_groups",t,this.chosen("devices_groups"),i=>V.reference("device_groups",i))]:[],{name:"devices_all_of_maker",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("places"),headingLevel:4,schema:[{name:"devices_areas",selector:{area:{multiple:!0}}},{name:"devices_labels",selector:{label:{multiple:!0}}}]}]}commands(){let{shown:C,names:V}=this,L=J(C,"command_groups");return[f("commands_groups",t1(r=>this.p(r)),[],String,{mode:"list"}),...L.length||this.chosen("commands_own_groups")?.length?[f("commands_own_groups",L,this.chosen("commands_own_groups"),r=>V.reference("command_groups",r))]:[],f("commands_names",z(C,V),this.chosen("commands_names"),r=>V.command(r),{custom_value:!0})]}limits(){return[{name:"command",required:!0,selector:{text:{}}},{name:"argument",required:!0,selector:{text:{}}},{name:"minimum",selector:{number:{mode:"box",step:"any"}}},{name:"maximum",selector:{number:{mode:"box",step:"any"}}},{name:"choices",selector:{text:{}}}]}times(){let{shown:C,names:V}=this,L=J(C,"shifts");return[f("times_weekdays",_1(V),[],String,{mode:"list"}),...L.length||this.chosen("times_shifts")?.length?[f("times_shifts",L,this.chosen("times_shifts"),r=>V.reference("shifts",r))]:[],{name:"",type:"expandable",flatten:!0,title:this.p("sources"),headingLevel:4,schema:[E("times_schedules","schedule"),E("times_calendars","calendar"),E("times_except_calendars","calendar")]}]}wanted(){return M5(this.form??l2,this.zone)}by(){let C=this.chosen("by")??this.shown.grants[0]?.by??null;return typeof C=="string"&&C!==Z2?C:null}tried(){let C=this.row?.row.number,V=this.by();return{...this.wanted(),...C?{number:C}:V?{by:V}:{}}}async save(){let{params:C,row:V}=this;await this.submit(async()=>{try{if(V){let{version:L}=V,{number:r}=V.row;await x(this.hass,"change_row",{number:r,version:L,row:this.wanted()})}else C?.save?await C.save(this.wanted(),this.by()):await x(this.hass,"add_row",{row:this.wanted(),by:this.by()})}catch(L){throw this.isConflict=L.code===z5,L}}),this.isConflict&&(this.error="")}async loadAnew(){let C=this.row?.row.number??0;try{let{rows:V}=await x(this.hass,"rows",{after:C-1,limit:1}),[L]=V;if(L?.row.number!==C){this.error=this.p("row_gone",{number:C});return}this.row=L,this.form=Q1(L.row,this.zone),this.isConflict=!1}catch(V){this.error=O(this.hass,V)}}};o([m()],C1.prototype,"form",2),o([m()],C1.prototype,"row",2),o([m()],C1.prototype,"isConflict",2),o([m()],C1.prototype,"isTrying",2);l("isg-row-dialog",C1);var j5=["once","hour","today"],z1=class extends c{constructor(){super(...arguments);this.questions=new B(this,"access")}static{this.styles=[S,s`
      :host {
        display: grid;
        gap: 16px;
      }
    `]}render(){let C=this.questions.value;if(!C)return this.waiting(this.questions);let{to_answer:V,own:L}=C;return e`
      <ha-card>
        <h2>${this.p("sections.requests")}</h2>
        <p>${this.p(V.length?"requests_text":"requests_none")}</p>
        <ul>
          ${V.map(r=>this.renderQuestion(r))}
        </ul>
      </ha-card>
      ${L.length?e`<ha-card>
            <h2>${this.p("own_requests")}</h2>
            <ul>
              ${L.map(r=>this.renderOwn(r))}
            </ul>
          </ha-card>`:a}
    `}renderQuestion(C){return e`<li>
      <div class="what">
        <div class="name">
          ${this.p("asks",{person:C.person,command:this.asked(C)})}
        </div>
        <div class="more">${this.where(C)}</div>
      </div>
      <div class="acts">
        ${j5.map(V=>e`<ha-button
            size="s"
            appearance="filled"
            @click=${()=>this.answer(C,V)}
            >${this.p(`answer_${V}`)}</ha-button
          >`)}
        <ha-button size="s" appearance="plain" @click=${()=>this.makeRow(C)}
          >${this.p("answer_row")}</ha-button
        >
        <ha-button size="s" appearance="plain" @click=${()=>this.answer(C,"refuse")}
          >${this.p("answer_refuse")}</ha-button
        >
      </div>
    </li>`}renderOwn(C){return e`<li>
      <div class="what">
        <div class="name">${this.asked(C)}</div>
        <div class="more">${this.where(C)}</div>
      </div>
      <span>${this.p(`states.${C.answer||"open"}`)}</span>
      ${C.answer?a:e`<ha-button
            size="s"
            appearance="plain"
            @click=${()=>this.attempt(()=>x(this.hass,"withdraw_access",{question:C.question}))}
            >${this.p("withdraw")}</ha-button
          >`}
    </li>`}asked(C){let V=Object.entries(C.arguments).map(([L,r])=>`${L} ${r}`);return[new g(this.hass,this.shown).command(C.command),...V].join(", ")}where(C){let V=b(this.hass,new Date(C.until*1e3).toISOString());return this.p("asked_until",{device:C.device,at:V})}async answer(C,V){let{question:L}=C;await this.attempt(()=>x(this.hass,"answer_access",{question:L,answer:V}))&&y(this,this.p("answered"))}makeRow(C){let V={effect:"allow",is_on:!0,users:{users:[C.user_id]},devices:{serials:[C.serial]},commands:{names:[C.command]},times:{always:!0}};w(this,"isg-row-dialog",{shown:this.shown,wanted:V,save:(L,r)=>x(this.hass,"answer_access",{question:C.question,answer:"row",row:L,by:r})})}p(C,V){return this.t(`permissions.${C}`,V)}};o([n({attribute:!1})],z1.prototype,"shown",2);l("isg-permission-requests",z1);var K5=864e5,o1=class extends k{constructor(){super(...arguments);this.isCopied=!1}static{this.styles=s`
    p {
      color: var(--secondary-text-color);
      margin: 0 0 16px;
    }
    img {
      display: block;
      width: min(240px, 100%);
      margin: 0 auto 16px;
    }
    .link {
      overflow-wrap: anywhere;
      user-select: all;
    }
  `}willUpdate(){if(!this.params||this.fields)return;let C=new Date(Date.now()+K5).toISOString(),V=s2("expires_at",C,this.hass.config.time_zone);this.fields={commands_groups:["control"],...V}}heading(){return this.p("add_pass")}body(){let{made:C}=this;if(C){let V=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(C.qr)}`;return e`
        <ha-alert alert-type="info">${this.p("pass_done")}</ha-alert>
        ${C.is_encrypted?a:e`<ha-alert alert-type="warning">${this.p("pass_open")}</ha-alert>`}
        <br />
        <img src=${V} alt=${this.p("pass_qr")} />
        <p class="link">${C.link}</p>
      `}return e`<p>${this.p("pass_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${V=>this.p(`fields.${V.name}`)}
        @value-changed=${V=>this.fields=V.detail.value}
      ></ha-form>`}buttons(){if(this.made)return e`${navigator.clipboard?e`<ha-button slot="secondaryAction" appearance="plain" @click=${this.copy}
              >${this.p(this.isCopied?"copied":"copy")}</ha-button
            >`:a}
        <ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
          >${this.p("close")}</ha-button
        >`;let{name:C,expires_at_date:V}=this.fields??{};return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!C||!V}
        .loading=${this.isBusy}
        @click=${this.make}
        >${this.p("pass_make")}</ha-button
      >`}schema(){let{shown:C}=this.params,V=new g(this.hass,C),{fields:L={}}=this;return[{name:"name",required:!0,selector:{text:{}}},f("devices_serials",G(C),L.devices_serials,r=>V.device(r)),f("commands_groups",t1(r=>this.p(r)),[],String,{mode:"list"}),f("commands_names",z(C,V),L.commands_names,r=>V.command(r),{custom_value:!0}),...W1,I1]}async make(){let{fields:C={}}=this,V=t=>C[t]??[],L=t=>Object.fromEntries(Object.entries(t).filter(([,i])=>i.length)),r=C.uses_left;this.isBusy=!0,this.error="";try{this.made=await x(this.hass,"add_pass",{name:C.name,devices:L({serials:V("devices_serials")}),commands:L({groups:V("commands_groups"),names:V("commands_names")}),...v2(C,this.hass.config.time_zone),...typeof r=="number"?{uses_left:r}:{},by:this.params?.shown.grants[0]?.by??null})}catch(t){this.error=O(this.hass,t)}finally{this.isBusy=!1}}async copy(){this.made&&(await navigator.clipboard.writeText(this.made.link),this.isCopied=!0)}p(C,V){return this.t(`permissions.${C}`,V)}};o([m()],o1.prototype,"fields",2),o([m()],o1.prototype,"made",2),o([m()],o1.prototype,"isCopied",2);l("isg-pass-dialog",o1);var c1=class extends c{constructor(){super(...arguments);this.isLater=!1}static{this.styles=[S,s`
      :host {
        display: block;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        padding: 16px 16px 0;
      }
      .head h2 {
        padding: 0;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        table-layout: fixed;
      }
      th,
      td {
        text-align: start;
        vertical-align: top;
        padding: 12px 8px;
        overflow-wrap: anywhere;
      }
      th {
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      tbody tr {
        border-top: 1px solid var(--divider-color);
      }
      .number {
        width: 96px;
        padding-inline-start: 16px;
      }
      .buttons {
        width: 148px;
      }
      .off td:not(.buttons) {
        opacity: 0.6;
      }
      .effect {
        display: block;
        color: var(--success-color, #43a047);
        color: color-mix(in srgb, var(--success-color, #43a047) 70%, var(--primary-text-color));
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .forbid {
        color: color-mix(in srgb, var(--error-color, #db4437) 75%, var(--primary-text-color));
      }
      .entry {
        display: block;
      }
      .mark {
        display: block;
        margin-top: 4px;
        font-size: var(--ha-font-size-s, 12px);
        color: color-mix(in srgb, var(--warning-color, #ffa600) 50%, var(--primary-text-color));
      }
      .buttons .acts {
        flex-wrap: nowrap;
        gap: 0;
        justify-content: flex-end;
      }
      .hidden {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
      .pages {
        display: flex;
        justify-content: flex-end;
        padding: 8px;
      }
      .column {
        display: none;
      }
      table.narrow,
      .narrow tbody,
      .narrow tr,
      .narrow td {
        display: block;
        width: auto;
      }
      .narrow thead {
        display: none;
      }
      .narrow tr {
        padding: 12px 16px;
      }
      .narrow td {
        padding: 2px 0;
      }
      .narrow .column {
        display: block;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
    `]}render(){let{shown:C}=this,V=new g(this.hass,C);return e`<ha-card>
      <div class="head">
        <h2>${this.p("sections.table")}</h2>
        ${C.grants.length?e`<div class="acts">
              ${C.has_passes?e`<ha-button
                    appearance="plain"
                    @click=${()=>w(this,"isg-pass-dialog",{shown:C})}
                    >${this.p("add_pass")}</ha-button
                  >`:a}
              <ha-button @click=${()=>this.edit()}>
                <ha-svg-icon slot="start" .path=${V1}></ha-svg-icon>${this.p("add_row")}
              </ha-button>
            </div>`:a}
      </div>
      <p>${this.p(C.grants.length?"table_text":"table_nothing")}</p>
      ${C.rows.length?this.renderTable(V):a}
      ${this.isLater||C.next!==null?e`<div class="pages">
            <ha-icon-button
              .path=${h2}
              .label=${this.p("previous")}
              .disabled=${!this.isLater}
              @click=${()=>F(this,"page-wanted",{after:null})}
            ></ha-icon-button>
            <ha-icon-button
              .path=${O2}
              .label=${this.p("following")}
              .disabled=${C.next===null}
              @click=${()=>F(this,"page-wanted",{after:C.next})}
            ></ha-icon-button>
          </div>`:a}
    </ha-card>`}renderTable(C){return e`<table role="table" class=${this.narrow?"narrow":""}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="number">${this.p("row")}</th>
          ${m2.map(V=>e`<th role="columnheader" scope="col">${this.p(`columns.${V}`)}</th>`)}
          <th role="columnheader" scope="col" class="buttons">
            <span class="hidden">${this.p("acts")}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.shown.rows.map(V=>this.renderRow(V,C))}
      </tbody>
    </table>`}renderRow(C,V){let{row:L,marks:r}=C,t={users:V.users(L.users),devices:V.devices(L.devices),commands:V.commands(L.commands),times:[...V.when(C.when),...V.more(L)]};return e`<tr role="row" class=${L.is_on?"":"off"}>
      <td role="cell" class="number">
        ${L.number}
        <span class="effect ${L.effect}">${this.p(`effect_${L.effect}`)}</span>
        ${L.is_on?a:e`<span class="more">${this.p("is_off")}</span>`}
        <span class="more"><bdi>${C.made_by_name}</bdi></span>
        ${L.note?e`<span class="more"><bdi>${L.note}</bdi></span>`:a}
        ${r.filter(i=>!i.column).map(i=>this.renderMark(i,V))}
      </td>
      ${m2.map(i=>e`<td role="cell">
            <span class="column" aria-hidden="true">${this.p(`columns.${i}`)}</span>
            ${t[i].map(A=>e`<bdi class="entry">${A}</bdi>`)}
            ${r.filter(A=>A.column===i).map(A=>this.renderMark(A,V))}
          </td>`)}
      <td role="cell" class="buttons">${C.may_change?this.renderActs(C):a}</td>
    </tr>`}renderMark(C,V){let L=C.ids.map(r=>V.device(r)).join(", ");return e`<span class="mark">${this.p(`faults.${C.fault}`,{ids:L})}</span>`}renderActs(C){let{number:V,is_on:L}=C.row;return e`<div class="acts">
      <ha-switch
        .checked=${L}
        @change=${r=>this.turn(C,r.target)}
        ><span class="hidden">${this.p("row_counts",{number:V})}</span></ha-switch
      >
      <ha-icon-button
        .path=${H1}
        .label=${this.p("edit_row",{number:V})}
        @click=${()=>this.edit(C)}
      ></ha-icon-button>
      <ha-icon-button
        .path=${W}
        .label=${this.p("remove_row",{number:V})}
        @click=${()=>this.ask(C)}
      ></ha-icon-button>
    </div>`}p(C,V){return this.t(`permissions.${C}`,V)}edit(C){w(this,"isg-row-dialog",{shown:this.shown,row:C})}async turn(C,V){let L=V.checked;await this.attempt(()=>x(this.hass,"switch_row",{number:C.row.number,version:C.version,is_on:L}))||(V.checked=!L)}ask({row:C,version:V}){let{number:L}=C;w(this,"isg-confirm-dialog",{title:this.p("remove_row",{number:L}),text:new g(this.hass,this.shown).line(C),yes:this.hass.localize("ui.common.remove"),act:()=>x(this.hass,"remove_row",{number:L,version:V})})}};o([n({attribute:!1})],c1.prototype,"shown",2),o([n({type:Boolean})],c1.prototype,"isLater",2);l("isg-permission-table",c1);var o5=`${T}/permissions`,j1=class extends c{constructor(){super(...arguments);this.permissions=new B(this,"permissions",()=>({after:this.pages.at(-1)??0}));this.pages=[]}static{this.styles=[S,s`
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      nav a {
        padding: 6px 14px;
        border-radius: 16px;
        border: 1px solid var(--divider-color);
        color: var(--primary-text-color);
        text-decoration: none;
      }
      nav a[aria-current] {
        border-color: var(--primary-color);
        background: rgba(var(--rgb-primary-color, 3, 169, 244), 0.15);
      }
      .content {
        max-width: 1280px;
      }
      .inside {
        padding: 0 16px 16px;
      }
    `]}render(){let C=this.permissions.value;if(!C)return this.waiting(this.permissions);let V=this.sections(C),[L=""]=this.detail.split("/"),r=V[L]??V[""];return e`<div class="content">
      <nav aria-label=${this.t("tabs.permissions")}>
        ${Object.keys(V).map(t=>e`<a
            href=${t?`${o5}/${t}`:o5}
            aria-current=${t===L?"page":a}
            @click=${this.go}
            >${this.t(`permissions.sections.${t||"table"}`)}</a
          >`)}
      </nav>
      ${r?.()}
    </div>`}sections(C){return{"":()=>e`<isg-permission-table
        .hass=${this.hass}
        .narrow=${this.narrow}
        .shown=${C}
        .isLater=${this.pages.length>0}
        @page-wanted=${this.turn}
      ></isg-permission-table>`,try:()=>e`<ha-card>
        <h2>${this.t("permissions.sections.try")}</h2>
        <p>${this.t("permissions.try_text")}</p>
        <div class="inside"><isg-try .hass=${this.hass} .shown=${C}></isg-try></div>
      </ha-card>`,requests:()=>e`<isg-permission-requests
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-requests>`,groups:()=>e`<isg-permission-groups
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-groups>`,history:()=>e`<isg-permission-history
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-history>`,exchange:()=>e`<isg-permission-exchange
        .hass=${this.hass}
        .shown=${C}
      ></isg-permission-exchange>`}}go(C){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),U(C.currentTarget.pathname))}turn(C){let{after:V}=C.detail;this.pages=V===null?this.pages.slice(0,-1):[...this.pages,V],this.permissions.restart()}};o([m()],j1.prototype,"pages",2);l("isg-permissions",j1);var u2="iot-secure-gateway-card",a1=class extends h{constructor(){super(...arguments);this.config={};this.hasTexts=!1;this.access=new B(this,"my_access")}static{this.styles=[S,s`
      ha-card {
        padding-bottom: 8px;
      }
    `]}setConfig(C){if(C.devices!==void 0&&!Array.isArray(C.devices))throw new Error("devices: a list of serial numbers");this.config=C}getCardSize(){return 4}static getStubConfig(){return{}}willUpdate(){this.hass&&!this.hasTexts&&b1(this.hass).finally(()=>this.hasTexts=!0)}render(){let C=this.access.value;if(!this.hasTexts||!this.hass)return a;if(!C)return this.access.error?e`<ha-alert alert-type="error">${this.access.error}</ha-alert>`:a;let V=this.config.devices,L=C.devices.filter(r=>r.entities.length&&(!V||V.includes(r.serial)));return e`<ha-card>
      ${L.length?L.map(r=>e`<isg-device-access .hass=${this.hass} .device=${r}></isg-device-access>`):e`<p>${Z(this.hass,"access.nothing")}</p>`}
    </ha-card>`}};o([n({attribute:!1})],a1.prototype,"hass",2),o([m()],a1.prototype,"config",2),o([m()],a1.prototype,"hasTexts",2);l(u2,a1);var a5=window.customCards??=[];a5.some(M=>M.type===u2)||a5.push({type:u2,name:"IoT Secure Gateway",description:"The devices and commands that are permitted to whoever looks at it."});var K1=[{path:"overview",icon:f2,page:(M,H)=>e`
      <isg-overview .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-overview>
    `},{path:"permissions",icon:w2,page:(M,H)=>e`
      <isg-permissions .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-permissions>
    `},{path:"my-access",icon:S2,page:(M,H)=>e`
      <isg-my-access .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-my-access>
    `}],A5=/_static\/([0-9a-f]+)\//.exec(import.meta.url)?.[1],_=class extends h{constructor(){super(...arguments);this.narrow=!1;this.route={prefix:T,path:""};this.panel={};this.hasTexts=!1;this.language=""}static{this.styles=s`
    ha-alert {
      display: block;
      margin: 16px;
    }
  `}connectedCallback(){super.connectedCallback(),z2().then(C=>this.missing=C)}willUpdate(){this.hass&&this.hass.language!==this.language&&(this.language=this.hass.language,b1(this.hass).finally(()=>this.hasTexts=!0)),(this.route.path===""||this.route.path==="/")&&U(`${T}/${K1[0]?.path}`,!0)}render(){if(!this.hass||!this.missing||!this.hasTexts)return a;let[C="",...V]=this.route.path.split("/").filter(Boolean),r=(K1.find(t=>t.path===C)??K1[0])?.page(this,decodeURIComponent(V.join("/")));return this.missing.includes("hass-tabs-subpage")?e`<ha-alert alert-type="warning">${Z(this.hass,"elements_missing")}</ha-alert>
        ${r}`:e`
      <hass-tabs-subpage
        main-page
        .hass=${this.hass}
        .narrow=${this.narrow}
        .route=${this.route}
        .tabs=${K1.map(t=>({path:`${T}/${t.path}`,name:Z(this.hass,`tabs.${t.path.replace("-","_")}`),iconPath:t.icon}))}
      >
        ${this.isOld()?e`<ha-alert alert-type="info">
              ${Z(this.hass,"upgraded")}
              <ha-button slot="action" @click=${()=>location.reload()}>
                ${Z(this.hass,"reload")}
              </ha-button>
            </ha-alert>`:a}
        ${r}
      </hass-tabs-subpage>
    `}isOld(){let C=this.panel.config?.digest;return!!C&&!!A5&&C!==A5}};o([n({attribute:!1})],_.prototype,"hass",2),o([n({type:Boolean})],_.prototype,"narrow",2),o([n({attribute:!1})],_.prototype,"route",2),o([n({attribute:!1})],_.prototype,"panel",2),o([m()],_.prototype,"missing",2),o([m()],_.prototype,"hasTexts",2);l("iot-secure-gateway-panel",_);
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
