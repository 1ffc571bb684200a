// Built by scripts/frontend from frontend/src..
var l5=Object.defineProperty;var v5=Object.getOwnPropertyDescriptor;var a=(M,V,C,H)=>{for(var L=H>1?void 0:H?v5(V,C):V,r=M.length-1,t;r>=0;r--)(t=M[r])&&(L=(H?t(V,C,L):t(L))||L);return H&&L&&l5(V,C,L),L};var g2="M11 10V12H9V14H7V12H5.8C5.4 13.2 4.3 14 3 14C1.3 14 0 12.7 0 11S1.3 8 3 8C4.3 8 5.4 8.8 5.8 10H11M3 10C2.4 10 2 10.4 2 11S2.4 12 3 12 4 11.6 4 11 3.6 10 3 10M16 14C18.7 14 24 15.3 24 18V20H8V18C8 15.3 13.3 14 16 14M16 12C13.8 12 12 10.2 12 8S13.8 4 16 4 20 5.8 20 8 18.2 12 16 12Z";var O2="M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z";var f2="M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z";var w2="M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z";var I="M19,4H15.5L14.5,3H9.5L8.5,4H5V6H19M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19Z";var k2="M12,17A2,2 0 0,0 14,15C14,13.89 13.1,13 12,13A2,2 0 0,0 10,15A2,2 0 0,0 12,17M18,8A2,2 0 0,1 20,10V20A2,2 0 0,1 18,22H6A2,2 0 0,1 4,20V10C4,8.89 4.9,8 6,8H7V6A5,5 0 0,1 12,1A5,5 0 0,1 17,6V8H18M12,3A3,3 0 0,0 9,6V8H15V6A3,3 0 0,0 12,3Z";var U="M20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18,2.9 17.35,2.9 16.96,3.29L15.12,5.12L18.87,8.87M3,17.25V21H6.75L17.81,9.93L14.06,6.18L3,17.25Z";var M1="M19,13H13V19H11V13H5V11H11V5H13V11H19V13Z";var y2="M13,3A9,9 0 0,0 4,12H1L4.89,15.89L4.96,16.03L9,12H6A7,7 0 0,1 13,5A7,7 0 0,1 20,12A7,7 0 0,1 13,19C11.07,19 9.32,18.21 8.06,16.94L6.64,18.36C8.27,20 10.5,21 13,21A9,9 0 0,0 22,12A9,9 0 0,0 13,3Z";var b2="M11,13H13V16H16V11H18L12,6L6,11H8V16H11V13M12,1L21,5V11C21,16.55 17.16,21.74 12,23C6.84,21.74 3,16.55 3,11V5L12,1Z";var B2="M16.8 17C16.4 15.8 15.3 15 14 15C12.3 15 11 16.3 11 18S12.3 21 14 21C15.3 21 16.4 20.2 16.8 19H19V21H21V19H23V17H16.8M14 19C13.4 19 13 18.5 13 18S13.4 17 14 17 15 17.5 15 18 14.6 19 14 19M9 18H4V14H10V15C10.9 13.8 12.4 13 14 13C15.1 13 16.1 13.4 17 14H18V15H20V6C20 4.9 19.1 4 18 4H4C2.9 4 2 4.9 2 6V18C2 19.1 2.9 20 4 20H9.4C9.1 19.4 9 18.7 9 18M12 8H18V12H12V8M4 8H10V12H4V8Z";var w1=globalThis,k1=w1.ShadowRoot&&(w1.ShadyCSS===void 0||w1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,C2=Symbol(),P2=new WeakMap,p1=class{constructor(V,C,H){if(this._$cssResult$=!0,H!==C2)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=V,this.t=C}get styleSheet(){let V=this.o,C=this.t;if(k1&&V===void 0){let H=C!==void 0&&C.length===1;H&&(V=P2.get(C)),V===void 0&&((this.o=V=new CSSStyleSheet).replaceSync(this.cssText),H&&P2.set(C,V))}return V}toString(){return this.cssText}},T2=M=>new p1(typeof M=="string"?M:M+"",void 0,C2),x=(M,...V)=>{let C=M.length===1?M[0]:V.reduce((H,L,r)=>H+(t=>{if(t._$cssResult$===!0)return t.cssText;if(typeof t=="number")return t;throw Error("Value passed to 'css' function must be a 'css' function result: "+t+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new p1(C,M,C2)},R2=(M,V)=>{if(k1)M.adoptedStyleSheets=V.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of V){let H=document.createElement("style"),L=w1.litNonce;L!==void 0&&H.setAttribute("nonce",L),H.textContent=C.cssText,M.appendChild(H)}},H2=k1?M=>M:M=>M instanceof CSSStyleSheet?(V=>{let C="";for(let H of V.cssRules)C+=H.cssText;return T2(C)})(M):M;var{is:s5,defineProperty:x5,getOwnPropertyDescriptor:Z5,getOwnPropertyNames:u5,getOwnPropertySymbols:c5,getPrototypeOf:S5}=Object,y1=globalThis,F2=y1.trustedTypes,h5=F2?F2.emptyScript:"",g5=y1.reactiveElementPolyfillSupport,m1=(M,V)=>M,n1={toAttribute(M,V){switch(V){case Boolean:M=M?h5:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,V){let C=M;switch(V){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},b1=(M,V)=>!s5(M,V),$2={attribute:!0,type:String,converter:n1,reflect:!1,useDefault:!1,hasChanged:b1};Symbol.metadata??=Symbol("metadata"),y1.litPropertyMetadata??=new WeakMap;var D=class extends HTMLElement{static addInitializer(V){this._$Ei(),(this.l??=[]).push(V)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(V,C=$2){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(V)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(V,C),!C.noAccessor){let H=Symbol(),L=this.getPropertyDescriptor(V,H,C);L!==void 0&&x5(this.prototype,V,L)}}static getPropertyDescriptor(V,C,H){let{get:L,set:r}=Z5(this.prototype,V)??{get(){return this[C]},set(t){this[C]=t}};return{get:L,set(t){let i=L?.call(this);r?.call(this,t),this.requestUpdate(V,i,H)},configurable:!0,enumerable:!0}}static getPropertyOptions(V){return this.elementProperties.get(V)??$2}static _$Ei(){if(this.hasOwnProperty(m1("elementProperties")))return;let V=S5(this);V.finalize(),V.l!==void 0&&(this.l=[...V.l]),this.elementProperties=new Map(V.elementProperties)}static finalize(){if(this.hasOwnProperty(m1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(m1("properties"))){let C=this.properties,H=[...u5(C),...c5(C)];for(let L of H)this.createProperty(L,C[L])}let V=this[Symbol.metadata];if(V!==null){let C=litPropertyMetadata.get(V);if(C!==void 0)for(let[H,L]of C)this.elementProperties.set(H,L)}this._$Eh=new Map;for(let[C,H]of this.elementProperties){let L=this._$Eu(C,H);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(V){let C=[];if(Array.isArray(V)){let H=new Set(V.flat(1/0).reverse());for(let L of H)C.unshift(H2(L))}else V!==void 0&&C.push(H2(V));return C}static _$Eu(V,C){let H=C.attribute;return H===!1?void 0:typeof H=="string"?H:typeof V=="string"?V.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(V=>this.enableUpdating=V),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(V=>V(this))}addController(V){(this._$EO??=new Set).add(V),this.renderRoot!==void 0&&this.isConnected&&V.hostConnected?.()}removeController(V){this._$EO?.delete(V)}_$E_(){let V=new Map,C=this.constructor.elementProperties;for(let H of C.keys())this.hasOwnProperty(H)&&(V.set(H,this[H]),delete this[H]);V.size>0&&(this._$Ep=V)}createRenderRoot(){let V=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return R2(V,this.constructor.elementStyles),V}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(V=>V.hostConnected?.())}enableUpdating(V){}disconnectedCallback(){this._$EO?.forEach(V=>V.hostDisconnected?.())}attributeChangedCallback(V,C,H){this._$AK(V,H)}_$ET(V,C){let H=this.constructor.elementProperties.get(V),L=this.constructor._$Eu(V,H);if(L!==void 0&&H.reflect===!0){let r=(H.converter?.toAttribute!==void 0?H.converter:n1).toAttribute(C,H.type);this._$Em=V,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(V,C){let H=this.constructor,L=H._$Eh.get(V);if(L!==void 0&&this._$Em!==L){let r=H.getPropertyOptions(L),t=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:n1;this._$Em=L;let i=t.fromAttribute(C,r.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(V,C,H,L=!1,r){if(V!==void 0){let t=this.constructor;if(L===!1&&(r=this[V]),H??=t.getPropertyOptions(V),!((H.hasChanged??b1)(r,C)||H.useDefault&&H.reflect&&r===this._$Ej?.get(V)&&!this.hasAttribute(t._$Eu(V,H))))return;this.C(V,C,H)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(V,C,{useDefault:H,reflect:L,wrapped:r},t){H&&!(this._$Ej??=new Map).has(V)&&(this._$Ej.set(V,t??C??this[V]),r!==!0||t!==void 0)||(this._$AL.has(V)||(this.hasUpdated||H||(C=void 0),this._$AL.set(V,C)),L===!0&&this._$Em!==V&&(this._$Eq??=new Set).add(V))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let V=this.scheduleUpdate();return V!=null&&await V,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let H=this.constructor.elementProperties;if(H.size>0)for(let[L,r]of H){let{wrapped:t}=r,i=this[L];t!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,r,i)}}let V=!1,C=this._$AL;try{V=this.shouldUpdate(C),V?(this.willUpdate(C),this._$EO?.forEach(H=>H.hostUpdate?.()),this.update(C)):this._$EM()}catch(H){throw V=!1,this._$EM(),H}V&&this._$AE(C)}willUpdate(V){}_$AE(V){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(V)),this.updated(V)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(V){return!0}update(V){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(V){}firstUpdated(V){}};D.elementStyles=[],D.shadowRootOptions={mode:"open"},D[m1("elementProperties")]=new Map,D[m1("finalized")]=new Map,g5?.({ReactiveElement:D}),(y1.reactiveElementVersions??=[]).push("2.1.2");var i2=globalThis,D2=M=>M,B1=i2.trustedTypes,E2=B1?B1.createPolicy("lit-html",{createHTML:M=>M}):void 0,Q2="$lit$",Q=`lit$${Math.random().toFixed(9).slice(2)}$`,G2="?"+Q,O5=`<${G2}>`,C1=document,v1=()=>C1.createComment(""),s1=M=>M===null||typeof M!="object"&&typeof M!="function",o2=Array.isArray,f5=M=>o2(M)||typeof M?.[Symbol.iterator]=="function",V2=`[ 	
\f\r]`,l1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,_2=/-->/g,N2=/>/g,Y=RegExp(`>|${V2}(?:([^\\s"'>=/]+)(${V2}*=${V2}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),W2=/'/g,I2=/"/g,z2=/^(?:script|style|textarea|title)$/i,a2=M=>(V,...C)=>({_$litType$:M,strings:V,values:C}),e=a2(1),A2=a2(2),A3=a2(3),H1=Symbol.for("lit-noChange"),o=Symbol.for("lit-nothing"),U2=new WeakMap,J=C1.createTreeWalker(C1,129);function j2(M,V){if(!o2(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return E2!==void 0?E2.createHTML(V):V}var w5=(M,V)=>{let C=M.length-1,H=[],L,r=V===2?"<svg>":V===3?"<math>":"",t=l1;for(let i=0;i<C;i++){let A=M[i],s,p,n=-1,S=0;for(;S<A.length&&(t.lastIndex=S,p=t.exec(A),p!==null);)S=t.lastIndex,t===l1?p[1]==="!--"?t=_2:p[1]!==void 0?t=N2:p[2]!==void 0?(z2.test(p[2])&&(L=RegExp("</"+p[2],"g")),t=Y):p[3]!==void 0&&(t=Y):t===Y?p[0]===">"?(t=L??l1,n=-1):p[1]===void 0?n=-2:(n=t.lastIndex-p[2].length,s=p[1],t=p[3]===void 0?Y:p[3]==='"'?I2:W2):t===I2||t===W2?t=Y:t===_2||t===N2?t=l1:(t=Y,L=void 0);let R=t===Y&&M[i+1].startsWith("/>")?" ":"";r+=t===l1?A+O5:n>=0?(H.push(s),A.slice(0,n)+Q2+A.slice(n)+Q+R):A+Q+(n===-2?i:R)}return[j2(M,r+(M[C]||"<?>")+(V===2?"</svg>":V===3?"</math>":"")),H]},x1=class M{constructor({strings:V,_$litType$:C},H){let L;this.parts=[];let r=0,t=0,i=V.length-1,A=this.parts,[s,p]=w5(V,C);if(this.el=M.createElement(s,H),J.currentNode=this.el.content,C===2||C===3){let n=this.el.content.firstChild;n.replaceWith(...n.childNodes)}for(;(L=J.nextNode())!==null&&A.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let n of L.getAttributeNames())if(n.endsWith(Q2)){let S=p[t++],R=L.getAttribute(n).split(Q),W=/([.?@])?(.*)/.exec(S);A.push({type:1,index:r,name:W[2],strings:R,ctor:W[1]==="."?M2:W[1]==="?"?r2:W[1]==="@"?e2:e1}),L.removeAttribute(n)}else n.startsWith(Q)&&(A.push({type:6,index:r}),L.removeAttribute(n));if(z2.test(L.tagName)){let n=L.textContent.split(Q),S=n.length-1;if(S>0){L.textContent=B1?B1.emptyScript:"";for(let R=0;R<S;R++)L.append(n[R],v1()),J.nextNode(),A.push({type:2,index:++r});L.append(n[S],v1())}}}else if(L.nodeType===8)if(L.data===G2)A.push({type:2,index:r});else{let n=-1;for(;(n=L.data.indexOf(Q,n+1))!==-1;)A.push({type:7,index:r}),n+=Q.length-1}r++}}static createElement(V,C){let H=C1.createElement("template");return H.innerHTML=V,H}};function r1(M,V,C=M,H){if(V===H1)return V;let L=H!==void 0?C._$Co?.[H]:C._$Cl,r=s1(V)?void 0:V._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,C,H)),H!==void 0?(C._$Co??=[])[H]=L:C._$Cl=L),L!==void 0&&(V=r1(M,L._$AS(M,V.values),L,H)),V}var L2=class{constructor(V,C){this._$AV=[],this._$AN=void 0,this._$AD=V,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(V){let{el:{content:C},parts:H}=this._$AD,L=(V?.creationScope??C1).importNode(C,!0);J.currentNode=L;let r=J.nextNode(),t=0,i=0,A=H[0];for(;A!==void 0;){if(t===A.index){let s;A.type===2?s=new Z1(r,r.nextSibling,this,V):A.type===1?s=new A.ctor(r,A.name,A.strings,this,V):A.type===6&&(s=new t2(r,this,V)),this._$AV.push(s),A=H[++i]}t!==A?.index&&(r=J.nextNode(),t++)}return J.currentNode=C1,L}p(V){let C=0;for(let H of this._$AV)H!==void 0&&(H.strings!==void 0?(H._$AI(V,H,C),C+=H.strings.length-2):H._$AI(V[C])),C++}},Z1=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(V,C,H,L){this.type=2,this._$AH=o,this._$AN=void 0,this._$AA=V,this._$AB=C,this._$AM=H,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let V=this._$AA.parentNode,C=this._$AM;return C!==void 0&&V?.nodeType===11&&(V=C.parentNode),V}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(V,C=this){V=r1(this,V,C),s1(V)?V===o||V==null||V===""?(this._$AH!==o&&this._$AR(),this._$AH=o):V!==this._$AH&&V!==H1&&this._(V):V._$litType$!==void 0?this.$(V):V.nodeType!==void 0?this.T(V):f5(V)?this.k(V):this._(V)}O(V){return this._$AA.parentNode.insertBefore(V,this._$AB)}T(V){this._$AH!==V&&(this._$AR(),this._$AH=this.O(V))}_(V){this._$AH!==o&&s1(this._$AH)?this._$AA.nextSibling.data=V:this.T(C1.createTextNode(V)),this._$AH=V}$(V){let{values:C,_$litType$:H}=V,L=typeof H=="number"?this._$AC(V):(H.el===void 0&&(H.el=x1.createElement(j2(H.h,H.h[0]),this.options)),H);if(this._$AH?._$AD===L)this._$AH.p(C);else{let r=new L2(L,this),t=r.u(this.options);r.p(C),this.T(t),this._$AH=r}}_$AC(V){let C=U2.get(V.strings);return C===void 0&&U2.set(V.strings,C=new x1(V)),C}k(V){o2(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,H,L=0;for(let r of V)L===C.length?C.push(H=new M(this.O(v1()),this.O(v1()),this,this.options)):H=C[L],H._$AI(r),L++;L<C.length&&(this._$AR(H&&H._$AB.nextSibling,L),C.length=L)}_$AR(V=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);V!==this._$AB;){let H=D2(V).nextSibling;D2(V).remove(),V=H}}setConnected(V){this._$AM===void 0&&(this._$Cv=V,this._$AP?.(V))}},e1=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(V,C,H,L,r){this.type=1,this._$AH=o,this._$AN=void 0,this.element=V,this.name=C,this._$AM=L,this.options=r,H.length>2||H[0]!==""||H[1]!==""?(this._$AH=Array(H.length-1).fill(new String),this.strings=H):this._$AH=o}_$AI(V,C=this,H,L){let r=this.strings,t=!1;if(r===void 0)V=r1(this,V,C,0),t=!s1(V)||V!==this._$AH&&V!==H1,t&&(this._$AH=V);else{let i=V,A,s;for(V=r[0],A=0;A<r.length-1;A++)s=r1(this,i[H+A],C,A),s===H1&&(s=this._$AH[A]),t||=!s1(s)||s!==this._$AH[A],s===o?V=o:V!==o&&(V+=(s??"")+r[A+1]),this._$AH[A]=s}t&&!L&&this.j(V)}j(V){V===o?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,V??"")}},M2=class extends e1{constructor(){super(...arguments),this.type=3}j(V){this.element[this.name]=V===o?void 0:V}},r2=class extends e1{constructor(){super(...arguments),this.type=4}j(V){this.element.toggleAttribute(this.name,!!V&&V!==o)}},e2=class extends e1{constructor(V,C,H,L,r){super(V,C,H,L,r),this.type=5}_$AI(V,C=this){if((V=r1(this,V,C,0)??o)===H1)return;let H=this._$AH,L=V===o&&H!==o||V.capture!==H.capture||V.once!==H.once||V.passive!==H.passive,r=V!==o&&(H===o||L);L&&this.element.removeEventListener(this.name,this,H),r&&this.element.addEventListener(this.name,this,V),this._$AH=V}handleEvent(V){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,V):this._$AH.handleEvent(V)}},t2=class{constructor(V,C,H){this.element=V,this.type=6,this._$AN=void 0,this._$AM=C,this.options=H}get _$AU(){return this._$AM._$AU}_$AI(V){r1(this,V)}};var k5=i2.litHtmlPolyfillSupport;k5?.(x1,Z1),(i2.litHtmlVersions??=[]).push("3.3.3");var K2=(M,V,C)=>{let H=C?.renderBefore??V,L=H._$litPart$;if(L===void 0){let r=C?.renderBefore??null;H._$litPart$=L=new Z1(V.insertBefore(v1(),r),r,void 0,C??{})}return L._$AI(M),L};var d2=globalThis,h=class extends D{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let V=super.createRenderRoot();return this.renderOptions.renderBefore??=V.firstChild,V}update(V){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(V),this._$Do=K2(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return H1}};h._$litElement$=!0,h.finalized=!0,d2.litElementHydrateSupport?.({LitElement:h});var y5=d2.litElementPolyfillSupport;y5?.({LitElement:h});(d2.litElementVersions??=[]).push("4.2.2");var b5={attribute:!0,type:String,converter:n1,reflect:!1,hasChanged:b1},B5=(M=b5,V,C)=>{let{kind:H,metadata:L}=C,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),H==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(C.name,M),H==="accessor"){let{name:t}=C;return{set(i){let A=V.get.call(this);V.set.call(this,i),this.requestUpdate(t,A,M,!0,i)},init(i){return i!==void 0&&this.C(t,void 0,M,i),i}}}if(H==="setter"){let{name:t}=C;return function(i){let A=this[t];V.call(this,i),this.requestUpdate(t,A,M,!0,i)}}throw Error("Unsupported decorator location: "+H)};function m(M){return(V,C)=>typeof C=="object"?B5(M,V,C):((H,L,r)=>{let t=L.hasOwnProperty(r);return L.constructor.createProperty(r,H),t?Object.getOwnPropertyDescriptor(L,r):void 0})(M,V,C)}function d(M){return m({...M,state:!0,attribute:!1})}var P5=["hass-tabs-subpage","ha-card","ha-button","ha-icon-button","ha-icon","ha-svg-icon","ha-alert","ha-form","ha-dialog","ha-dialog-footer","ha-spinner"];function T1(){return P5.filter(M=>!customElements.get(M))}async function q2(){let M=Promise.all(T1().map(V=>customElements.whenDefined(V)));await Promise.race([M,new Promise(V=>setTimeout(V,1500))])}async function X2(){if(T1().length&&await q2(),T1().length){try{await T5()}catch{}await q2()}return T1()}async function T5(){await document.createElement("partial-panel-resolver")._getRoutes({x:{component_name:"config",url_path:"x"}}).routes.x.load(),await document.createElement("ha-panel-config").routerOptions.routes.users.load()}var E="iot_secure_gateway",T="/iot-secure-gateway";function v(M,V,C={}){return M.connection.sendMessagePromise({type:`${E}/${V}`,...C})}async function Y2(M,V,C){return(await M.connection.sendMessagePromise({type:"call_service",domain:E,service:V,service_data:C,return_response:!0})).response}function u(M,V){let C=V;if(C.translation_key&&C.translation_domain){let H=`component.${C.translation_domain}.exceptions.${C.translation_key}.message`,L=M.localize(H,C.translation_placeholders??{});if(L)return L}return C.message??String(V)}function G(M,V=!1){V?history.replaceState(null,"",M):history.pushState(null,"",M),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:V}}))}function y(M,V){F(M,"hass-notification",{message:V})}function J2(M,V){F(M,"hass-more-info",{entityId:V})}function O(M,V,C){F(M,"show-dialog",{dialogTag:V,dialogImport:async()=>{},dialogParams:{...C,hass:M.hass}})}function F(M,V,C){M.dispatchEvent(new CustomEvent(V,{detail:C,bubbles:!0,composed:!0}))}function l(M,V){customElements.whenDefined("home-assistant").then(()=>{customElements.get(M)||customElements.define(M,V)})}var b=class{constructor(V,C,H=()=>({})){this.host=V;this.command=C;this.fields=H;this.error="";V.addController(this)}hostConnected(){this.start()}hostUpdate(){this.start()}hostDisconnected(){this.stop()}restart(){this.stop(),this.value=void 0,this.error="",this.start()}start(){let V=this.host.hass;if(!V||this.running)return;let C=V.connection.subscribeMessage(H=>{this.running===C&&(this.value=H,this.error="",this.host.requestUpdate())},{type:`${E}/${this.command}`,...this.fields()});this.running=C,C.catch(H=>{this.running===C&&(this.error=u(V,H),this.host.requestUpdate())})}stop(){let V=this.running;this.running=void 0,V?.then(C=>C()).catch(()=>{})}};async function R1(M){await Promise.all(["config_panel","exceptions"].map(V=>M.loadBackendTranslation(V,E)))}function Z(M,V,C={}){return M.localize(`component.${E}.config_panel.${V}`,C)||V}function C5(M,V,C,H={}){let L=new Intl.PluralRules(M.language).select(C)==="one"?"one":"other";return Z(M,`${V}_${L}`,{...H,count:C})}function B(M,V){let C=new Date(V),H={timeZone:M.config.time_zone},L=t=>t.toLocaleDateString("en-CA",H),r={hour:"2-digit",minute:"2-digit"};return L(C)===L(new Date)?C.toLocaleTimeString(M.language,{...H,...r}):C.toLocaleString(M.language,{...H,...r,weekday:"short",day:"numeric",month:"short"})}var k=class extends h{constructor(){super(...arguments);this.dialogNext=!0;this.isOpen=!0;this.isBusy=!1;this.error=""}get hass(){if(!this.params)throw new Error("not open");return this.params.hass}closeDialog(){return this.isOpen=!1,!0}render(){return this.params?e`<ha-dialog
      .open=${this.isOpen}
      .headerTitle=${this.heading()}
      header-title=${this.heading()}
      @closed=${this.closed}
      @after-show=${this.focusFirst}
    >
      ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:o}
      ${this.body()}
      <ha-dialog-footer slot="footer">${this.buttons()}</ha-dialog-footer>
    </ha-dialog>`:o}t(C,H){return Z(this.hass,C,H)}async submit(C){this.isBusy=!0,this.error="";try{await C(),this.isOpen=!1}catch(H){this.error=u(this.hass,H)}finally{this.isBusy=!1}}cancelButton(){return e`<ha-button
      slot="secondaryAction"
      appearance="plain"
      @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.cancel")}</ha-button
    >`}closed(C){C.target===C.currentTarget&&(F(this,"dialog-closed",{dialog:this.localName}),this.remove())}async focusFirst(){let C=this.renderRoot.querySelector("ha-form");for(let H=0;C&&H<20;H++){if(C.matches(":focus-within"))return;let L=C.shadowRoot?.querySelector("ha-selector");if(L?.focus(),L?.matches(":focus-within"))return;await new Promise(r=>setTimeout(r,50))}}};a([m({attribute:!1})],k.prototype,"params",2),a([d()],k.prototype,"isOpen",2),a([d()],k.prototype,"isBusy",2),a([d()],k.prototype,"error",2);var R5=["nothing","reads","controls"],F1=class extends k{constructor(){super(...arguments);this.data={household:"nothing",automations:!1}}heading(){return this.t("claim.title")}body(){let C=this.params?.device;return e`
      ${C?e`<p>${this.t("claim.of",{model:C.model||C.serial,serial:C.serial})}</p>`:e`<p>${this.t("claim.by_hand")}</p>`}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${H=>this.t(`claim.${H.name}`)}
        .computeHelper=${H=>this.helper(H.name)}
        @value-changed=${H=>this.data=H.detail.value}
      ></ha-form>
      ${this.isBusy?e`<p role="status">${this.t("claim.busy")}</p>`:""}
    `}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data.password}
        .loading=${this.isBusy}
        @click=${this.claim}
        >${this.t("claim.claim")}</ha-button
      >`}helper(C){return C==="password"||C==="household"?this.t(`claim.${C}_helper`):""}schema(){let{device:C,asksStarter:H}=this.params??{},L={name:"password",required:!0,selector:{text:{type:"password",autocomplete:"off"}}},r=[{name:"serial",selector:{text:{}}},L,{name:"host",selector:{text:{}}},{name:"port",selector:{number:{mode:"box",min:1,max:65535}}}],i=[{name:"household",required:!0,selector:{select:{options:R5.map(A=>({value:A,label:this.t(`claim.household_${A}`)})),mode:"list"}}},{name:"automations",selector:{boolean:{}}}];return[...C?[L]:r,{name:"name",selector:{text:{}}},{name:"area_id",selector:{area:{}}},...H?i:[]]}async claim(){let{device:C,asksStarter:H}=this.params??{},{household:L,automations:r,...t}=this.data,i=Object.fromEntries(Object.entries(t).filter(([,A])=>A!==void 0&&A!==""));await this.submit(async()=>{let A=await v(this.hass,"claim",{...i,...C?{serial:C.serial}:{},...H?{household:L,automations:r}:{}});y(this,this.t("claim.done",{serial:A.serial}))})}};a([d()],F1.prototype,"data",2);l("isg-claim-dialog",F1);var g=class extends h{constructor(){super(...arguments);this.narrow=!1;this.detail=""}t(C,H){return Z(this.hass,C,H)}n(C,H,L){return C5(this.hass,C,H,L)}waiting(C){return C.error?e`<div class="content"><ha-alert alert-type="error">${C.error}</ha-alert></div>`:e`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}async attempt(C){try{return await C(),!0}catch(H){return y(this,u(this.hass,H)),!1}}};a([m({attribute:!1})],g.prototype,"hass",2),a([m({type:Boolean})],g.prototype,"narrow",2),a([m()],g.prototype,"detail",2);var c=x`
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
`;var p2=class extends k{heading(){return this.params?.title??""}body(){return e`<p>${this.params?.text}</p>`}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${()=>this.submit(async()=>this.params?.act())}
        >${this.params?.yes}</ha-button
      >`}};l("isg-confirm-dialog",p2);var u1="\0name",m2="on",H5="off",D1="",$1=class extends k{willUpdate(){if(this.params&&!this.data){let{deployment:V,settings:C}=this.params;this.data={[u1]:V?.name??""};for(let H of C){let L=V?.values[H.key];this.data[H.key]=F5(H,L)}}}heading(){let V=this.params?.deployment?.name;return V?this.t("device.edit",{name:V}):this.t("device.add")}body(){return e`<p>${this.t("device.dialog_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${V=>this.label(V.name)}
        .computeHelper=${V=>this.helper(V.name)}
        @value-changed=${V=>this.data=V.detail.value}
      ></ha-form>`}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data?.[u1]}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}setting(V){return this.params?.settings.find(C=>C.key===V)}label(V){if(V===u1)return this.t("device.name");let C=this.setting(V);return C?.unit?`${C.name} (${C.unit})`:C?.name??V}helper(V){let C=this.setting(V);if(!C)return"";let[H,L]=C.range??[],r=C.type==="text"&&H!==void 0;return[H===void 0?"":this.t(r?"device.length":"device.range",{low:H,high:L??""}),C.risky?this.t("device.risky"):""].filter(Boolean).join(" ")}schema(){let V=(this.params?.settings??[]).map(H=>({name:H.key,selector:this.selector(H)})),C=!this.params?.deployment;return[{name:u1,required:!0,disabled:!C,selector:{text:{}}},...V]}selector(V){let[C,H,L]=(V.range??[]).map(Number);switch(V.type){case"flag":return this.choice([{value:m2,label:this.t("device.on")},{value:H5,label:this.t("device.off")}]);case"choice":return this.choice((V.options??[]).map(r=>({value:r,label:r})));case"whole":case"decimal":return{number:{mode:"box",...C===void 0?{}:{min:C,max:H,step:L||"any"}}};default:return{text:{}}}}choice(V){return{select:{mode:"dropdown",options:[{value:D1,label:this.t("device.left_out")},...V]}}}async save(){let{params:V,data:C}=this;if(!V||!C)return;let H={};for(let L of V.settings){let r=C[L.key];r===void 0||r===D1||r===null||(H[L.key]=L.type==="flag"?r===m2:r)}await this.submit(async()=>{await v(this.hass,"put_deployment",{serial:V.serial,name:String(C[u1]).trim(),values:H,revision:V.revision}),await V.saved()})}};a([d()],$1.prototype,"data",2);function F5(M,V){return M.type==="flag"?V===void 0?D1:V?m2:H5:M.type==="choice"?V??D1:M.type==="decimal"&&V!==void 0?Number(V):V}l("isg-deployment-dialog",$1);var $5=["very_low","low","medium","high"],D5=["report","block","trace","suspend","alarm"],E5=["threshold","window_s","cooldown_s","raise_at"],_5=/^suspend_/,c1=class extends k{constructor(){super(...arguments);this.warning=""}willUpdate(){if(this.params&&!this.data){let{level:C,responses:H,threshold:L,window_s:r,cooldown_s:t,raise_at:i}=this.params.watched;this.data={level:C,responses:H,threshold:L,window_s:r,cooldown_s:t,raise_at:i}}}heading(){return z(this.hass,"detection",this.params?.watched.detection??"")}body(){return e`${this.warning?e`<ha-alert alert-type="warning">${this.warning}</ha-alert>`:o}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${C=>this.t(`monitoring.${C.name}`)}
        @value-changed=${this.changed}
      ></ha-form>`}buttons(){return e`${this.cancelButton()}
      <ha-button slot="primaryAction" .loading=${this.isBusy} @click=${this.save}
        >${this.warning?this.t("monitoring.all_the_same"):this.hass.localize("ui.common.save")}</ha-button
      >`}changed(C){this.data=C.detail.value,this.warning=""}schema(){let C=(H,L)=>L.map(r=>({value:r,label:z(this.hass,H,r)}));return[{name:"level",required:!0,selector:{select:{mode:"dropdown",options:C("level",$5)}}},{name:"responses",selector:{select:{multiple:!0,mode:"list",options:C("response",D5)}}},...E5.map(H=>({name:H,selector:{number:{mode:"box",min:H==="threshold"||H==="window_s"?1:0}}}))]}async save(){let{params:C,data:H}=this;!C||!H||await this.submit(async()=>{try{await v(this.hass,"set_monitoring_rule",{scope:{kind:"device",id:C.serial},detection:C.watched.detection,revision:C.revision,...H,responses:[...new Set(["log",...H.responses])],confirm:this.warning!==""})}catch(L){throw _5.test(L.code)?(this.warning=u(this.hass,L),new Error(this.t("monitoring.not_saved"))):L}await C.saved()})}};a([d()],c1.prototype,"data",2),a([d()],c1.prototype,"warning",2);l("isg-rule-dialog",c1);var N5=10,j=class extends h{constructor(){super(...arguments);this.serial="";this.threats=[];this.error=""}static{this.styles=[c,x`
      :host {
        display: grid;
        gap: 16px;
      }
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
        padding: 4px 16px 4px 0;
        border-bottom: 1px solid var(--divider-color);
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      td.buttons {
        white-space: nowrap;
        text-align: end;
      }
    `]}willUpdate(C){C.has("serial")&&this.load()}render(){if(this.error)return e`<ha-alert alert-type="error">${this.error}</ha-alert>`;if(!this.shown)return o;let{detections:C,may_configure:H}=this.shown;return e`
      ${this.threats.length?e`<ha-card>
            <h2>${this.t("threats")}</h2>
            <ul>
              ${this.threats.map(L=>e`<li>
                  <div class="what">
                    <div class="name">${z(this.hass,"detection",L.detection)}</div>
                    <div class="more">
                      ${new Date(L.at*1e3).toLocaleString(this.hass.language)}
                      ${L.count>1?e` · ×${L.count}`:o} · ${L.evidence}
                    </div>
                  </div>
                  <div>${z(this.hass,"level",L.level)}</div>
                </li>`)}
            </ul>
          </ha-card>`:o}
      <ha-card>
        <h2>${this.t("title")}</h2>
        <p>${this.t("text")}</p>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("detection")}</th>
                <th scope="col">${this.t("level")}</th>
                <th scope="col">${this.t("responses")}</th>
                ${H?e`<th scope="col"><span hidden>${this.t("change")}</span></th>`:o}
              </tr>
            </thead>
            <tbody>
              ${C.map(L=>this.renderRow(L,H))}
            </tbody>
          </table>
        </div>
      </ha-card>
    `}renderRow(C,H){let L=z(this.hass,"detection",C.detection);return e`<tr>
      <th scope="row">
        ${L}${C.rule?e`<div class="more">${this.t("own")}</div>`:o}
      </th>
      <td>${z(this.hass,"level",C.level)}</td>
      <td>${C.responses.map(r=>z(this.hass,"response",r)).join(", ")}</td>
      ${H?e`<td class="buttons">
            ${C.rule?e`<ha-icon-button
                  .path=${y2}
                  .label=${this.t("restore",{name:L})}
                  @click=${()=>this.restore(C)}
                ></ha-icon-button>`:o}
            <ha-icon-button
              .path=${U}
              .label=${this.t("edit",{name:L})}
              @click=${()=>this.edit(C)}
            ></ha-icon-button>
          </td>`:o}
    </tr>`}edit(C){O(this,"isg-rule-dialog",{serial:this.serial,watched:C,revision:this.shown?.revision,saved:()=>this.load()})}async restore(C){try{await v(this.hass,"remove_monitoring_rule",{rule:C.rule,revision:this.shown?.revision})}catch(H){y(this,u(this.hass,H))}await this.load()}async load(){let C=this.serial;try{let[H,{threats:L}]=await Promise.all([v(this.hass,"effective_monitoring",{serial:C}),v(this.hass,"threats",{serial:C,limit:N5})]);if(C!==this.serial)return;this.shown=H,this.threats=L,this.error=""}catch(H){this.error=u(this.hass,H)}}t(C,H){return Z(this.hass,`monitoring.${C}`,H)}};a([m({attribute:!1})],j.prototype,"hass",2),a([m()],j.prototype,"serial",2),a([d()],j.prototype,"shown",2),a([d()],j.prototype,"threats",2),a([d()],j.prototype,"error",2);function z(M,V,C){return M.localize(`component.${E}.exceptions.${V}_${C}.message`)||C}l("isg-device-monitoring",j);var W5="confirmation_needed",t1=class extends g{constructor(){super(...arguments);this.error=""}static{this.styles=[c,x`
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
    `]}willUpdate(C){let H=C.get("device");C.has("device")&&(H?.serial!==this.device.serial||H.is_connected!==this.device.is_connected)&&this.load()}render(){let{device:C}=this;return e`
      <div class="content">
        <div class="head">
          <ha-icon-button
            .path=${O2}
            .label=${this.hass.localize("ui.common.back")}
            @click=${()=>G(`${T}/overview`)}
          ></ha-icon-button>
          <h1>${C.name}</h1>
        </div>
        ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:o}
        ${this.shown?this.renderSettings(this.shown):o}
        ${this.shown?e`<isg-device-monitoring
              .hass=${this.hass}
              .serial=${C.serial}
            ></isg-device-monitoring>`:o}
        ${!this.shown&&!this.error?e`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`:o}
      </div>
    `}renderSettings(C){return e`
      <ha-card>
        <h2>${this.t("device.deployments")}</h2>
        <p>${this.t("device.deployments_text")}</p>
        ${C.pending?this.renderPending(C.pending.name):o}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("device.setting")}</th>
                <th scope="col">${this.t("device.now")}</th>
                ${C.deployments.map(H=>this.renderHead(C,H))}
              </tr>
            </thead>
            <tbody>
              ${C.settings.map(H=>e`<tr>
                  <th scope="row">
                    ${H.name}
                    ${H.risky?e`<div class="more">${this.t("device.risky")}</div>`:o}
                  </th>
                  <td>${this.text(H,H.value)}</td>
                  ${C.deployments.map(L=>{let r=L.values[H.key];return r===void 0?e`<td class="left-out">${this.t("device.left_out")}</td>`:e`<td>${this.text(H,r)}</td>`})}
                </tr>`)}
            </tbody>
          </table>
        </div>
        ${C.may_change?e`<p>
              <ha-button @click=${()=>this.edit(C)}>${this.t("device.add")}</ha-button>
            </p>`:o}
      </ha-card>
      <ha-card>
        <h2>${this.t("device.factory")}</h2>
        <p>${this.t("device.factory_text")}</p>
        <div class="scroll">
          <table>
            <tbody>
              ${Object.entries(C.factory).map(([H,L])=>e`<tr>
                  <th scope="row">${H}</th>
                  <td>${String(L)}</td>
                </tr>`)}
            </tbody>
          </table>
        </div>
      </ha-card>
    `}renderHead(C,H){let L=C.in_force===H.name;return e`<th scope="col">
      <div>${H.name}</div>
      ${L?e`<div class="more">${this.t("device.in_force")}</div>`:o}
      ${C.may_change?e`<div class="acts">
            ${L?o:e`<ha-button
                  size="small"
                  appearance="filled"
                  @click=${()=>this.activate(H.name)}
                  >${this.t("device.activate")}</ha-button
                >`}
            <ha-icon-button
              .path=${U}
              .label=${this.t("device.edit",{name:H.name})}
              @click=${()=>this.edit(C,H)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${I}
              .label=${this.t("device.delete",{name:H.name})}
              @click=${()=>this.ask(C,H.name)}
            ></ha-icon-button>
          </div>`:o}
    </th>`}renderPending(C){return e`<ha-alert alert-type="info">
      ${this.t("device.pending",{name:C})}
      <ha-button
        slot="action"
        size="small"
        @click=${()=>this.act(()=>v(this.hass,"cancel_deployment",this.one()))}
        >${this.t("device.cancel")}</ha-button
      >
    </ha-alert>`}text(C,H){return typeof H=="boolean"?this.t(H?"device.on":"device.off"):C.unit?`${H} ${C.unit}`:String(H)||"–"}one(){return{serial:this.device.serial}}async load(){try{this.shown=await v(this.hass,"deployments",this.one()),this.error=""}catch(C){this.error=u(this.hass,C)}}async act(C){await this.attempt(C),await this.load()}edit(C,H){O(this,"isg-deployment-dialog",{serial:this.device.serial,settings:C.settings,revision:C.revision,deployment:H,saved:()=>this.load()})}ask(C,H){O(this,"isg-confirm-dialog",{title:this.t("device.delete",{name:H}),text:this.t("device.delete_text"),yes:this.hass.localize("ui.common.delete"),act:async()=>{await v(this.hass,"delete_deployment",{...this.one(),name:H,revision:C.revision}),await this.load()}})}async activate(C,H=!1){try{let{applied:L}=await v(this.hass,"activate_deployment",{...this.one(),name:C,confirm:H});y(this,this.t(L?"device.applied":"device.waits",{name:C}))}catch(L){L.code!==W5||H?y(this,u(this.hass,L)):O(this,"isg-confirm-dialog",{title:this.t("device.risky_title",{name:C}),text:u(this.hass,L),yes:this.t("device.try"),act:()=>this.activate(C,!0)})}await this.load()}};a([m({attribute:!1})],t1.prototype,"device",2),a([d()],t1.prototype,"shown",2),a([d()],t1.prototype,"error",2);l("isg-device",t1);var n2=class extends g{constructor(){super(...arguments);this.overview=new b(this,"overview")}static{this.styles=c}render(){let C=this.overview.value;if(!C)return this.waiting(this.overview);if(this.detail){let H=C.devices.find(L=>L.serial===this.detail);return H?e`<isg-device .hass=${this.hass} .narrow=${this.narrow} .device=${H}></isg-device>`:e`<div class="content">
            <ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>
          </div>`}return e`
      <div class="content">
        ${this.renderAttention(C)} ${this.renderDiscovered(C)}
        ${this.renderDevices(C.devices)}
      </div>
    `}renderAttention({attention:C,handovers:H}){let{offers:L,takeovers:r,orphans:t}=H;return!C.length&&!L.length&&!r.length&&!t.length?o:e`<ha-card>
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
    </ha-card>`}renderOffer(C){let H=B(this.hass,C.at),L=C.is_to_you?this.t("overview.offered_to_you",{person:C.from,until:H}):this.t("overview.offered_by_you",{person:C.to,until:H});return e`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${L}</div>
      </div>
      <div class="acts">
        ${C.is_to_you?e`${this.act("overview.accept","accept_transfer",C.serial)}
            ${this.act("overview.decline","end_transfer",C.serial)}`:this.act("overview.withdraw","end_transfer",C.serial)}
      </div>
    </li>`}renderTakeover(C){let H=B(this.hass,C.at),L=new Date(C.at)<=new Date,r=C.is_to_you?this.t("overview.asked_by_you",{person:C.from,at:H}):this.t("overview.asked_of_you",{person:C.to,at:H});return e`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${r}</div>
      </div>
      <div class="acts">
        ${C.is_to_you&&L?this.act("overview.take_over","take_over",C.serial):o}
        ${this.act(C.is_to_you?"overview.ask_no_longer":"overview.object","object_takeover",C.serial)}
      </div>
    </li>`}renderDiscovered(C){let{discovered:H,asks_starter:L}=C;return e`<ha-card>
      <h2>${this.t("overview.discovered")}</h2>
      ${H.length?e`<ul>
            ${H.map(r=>e`<li>
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
            ${C.map(H=>this.renderDevice(H))}
          </ul>`:e`<p>${this.t("overview.none")}</p>`}
    </ha-card>`}renderDevice(C){let H=C.is_yours?this.t("access.yours"):this.t("access.owned_by",{owner:C.owner}),L=[C.area,C.model,H].filter(Boolean).join(" · "),r=C.last_command_ms;return e`<li>
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
        ${r===null?o:this.t("overview.latency",{ms:r.toFixed(r<10?1:0)})}
      </div>
      <div class="name">
        ${C.is_connected&&!C.problem?this.t("overview.connected"):this.t(`problems.${C.problem??"connecting"}`)}
      </div>
    </li>`}open(C,H){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),G(`${T}/overview/${encodeURIComponent(H)}`))}act(C,H,L){return e`<ha-button
      size="small"
      @click=${()=>this.attempt(()=>v(this.hass,H,{serial:L}))}
      >${this.t(C)}</ha-button
    >`}claim(C){O(this,"isg-claim-dialog",C)}};l("isg-overview",n2);var i1=class extends h{constructor(){super(...arguments);this.busy=""}static{this.styles=[c,x`
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
    `]}render(){let{device:C,hass:H}=this,L=C.is_yours?Z(H,"access.yours"):Z(H,"access.owned_by",{owner:C.owner}),r=C.is_connected?"":` · ${Z(H,"access.away")}`;return e`
      <h2>${C.name}</h2>
      <p>${L}${r}</p>
      ${C.entities.length?e`<ul>
            ${C.entities.map(t=>this.renderEntity(t))}
          </ul>`:o}
    `}renderEntity(C){let{hass:H}=this,L=C.entity_id?H.states[C.entity_id]:void 0,r=L?H.formatEntityState?.(L)??L.state:"";return e`
      <li>
        <div class="what">
          <div class="name">${C.name}</div>
          ${r?e`<div class="more">${r}</div>`:o}
        </div>
        <div class="acts">
          ${C.buttons.map(t=>this.renderButton(C,t))}
          ${L?e`<ha-button
                appearance="plain"
                size="small"
                @click=${()=>J2(this,C.entity_id??"")}
                >${Z(H,"access.more")}</ha-button
              >`:o}
        </div>
      </li>
    `}renderButton(C,H){let{hass:L}=this,r=`${C.key} ${H.command}`,t=E1(L,H.command);if(!H.is_allowed){let i=H.next_at?B(L,H.next_at):"";return e`<span class="locked">
        <ha-svg-icon .path=${k2}></ha-svg-icon>
        ${Z(L,"access.locked",{command:t,next:i})}
      </span>`}return e`<ha-button
      size="small"
      appearance="filled"
      .disabled=${!this.device.is_connected||this.busy!==""}
      .loading=${this.busy===r}
      @click=${()=>this.press(C,H,r)}
      >${t}</ha-button
    >`}async press(C,H,L){this.busy=L;try{await Y2(this.hass,"send_command",{device_id:this.device.device_id,command:H.command,entity:C.key});let r=E1(this.hass,H.command);y(this,Z(this.hass,"access.done",{name:C.name,command:r}))}catch(r){y(this,u(this.hass,r))}finally{this.busy=""}}};a([m({attribute:!1})],i1.prototype,"hass",2),a([m({attribute:!1})],i1.prototype,"device",2),a([d()],i1.prototype,"busy",2);function E1(M,V){let C=`commands.${V}`,H=Z(M,C);return H===C?V:H}l("isg-device-access",i1);var l2=class extends g{constructor(){super(...arguments);this.access=new b(this,"my_access")}static{this.styles=c}render(){let C=this.access.value;return C?e`
      <div class="content">
        ${C.devices.length?o:e`<ha-card><p>${this.t("access.nothing")}</p></ha-card>`}
        ${C.devices.map(H=>e`<ha-card>
            <isg-device-access .hass=${this.hass} .device=${H}></isg-device-access>
          </ha-card>`)}
        ${C.left_out?e`<ha-alert>${this.n("access.left_out",C.left_out)}</ha-alert>`:o}
        <ha-card>
          <h2>${this.t("access.claim_title")}</h2>
          <p>${this.t("access.claim_text")}</p>
          <p>
            <ha-button @click=${()=>O(this,"isg-claim-dialog",{})}>
              ${this.t("access.claim")}
            </ha-button>
          </p>
        </ha-card>
      </div>
    `:this.waiting(this.access)}};l("isg-my-access",l2);var _1=x`
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
`;function N1(M,V,C){let H=M.before?M.after?"changed":"removed":"added",L=M.kind==="rows"?`${C("kinds.rows")} ${M.id}`:C(`kinds.${M.kind}`),r=t=>M.kind==="rows"?I5(t,V,C):`${t.name}: ${V.members(M.kind,t).join(", ")}`;return e`<div class="difference">
    <div>${C(`diff.${H}`)}: ${L}</div>
    ${M.before?e`<div class="more"><del aria-label=${C("diff.before")}>${r(M.before)}</del></div>`:o}
    ${M.after?e`<div class="more"><ins aria-label=${C("diff.after")}>${r(M.after)}</ins></div>`:o}
  </div>`}function I5(M,V,C){let H=[...V.more(M),...M.note?[M.note]:[]];return[V.line(M),...H,...M.is_on?[]:[C("is_off")]].join(" · ")}var V5=["user_groups","device_groups","command_groups","shifts"],v2=["users","devices","commands","times"],L5=["read","control","configure","video","administer"],S1=["mon","tue","wed","thu","fri","sat","sun"];var f=class{constructor(V,C){this.hass=V;this.shown=C}user(V){let C=this.shown.people.find(H=>H.user_id===V);return C?C.name:this.t("gone",{id:V})}entity(V){let C=this.hass.states[V]?.attributes.friendly_name;return typeof C=="string"&&C?C:V}device(V){return this.shown.devices.find(C=>C.serial===V)?.name??V}reference(V,C){let H=this.shown.references[V].find(L=>L.reference.id===C);return H?H.reference.name:this.t("gone",{id:C})}command(V){return E1(this.hass,V)}weekday(V){let C=Date.UTC(2024,0,1+S1.indexOf(V));return new Date(C).toLocaleDateString(this.hass.language,{weekday:"short",timeZone:"UTC"})}day(V){return new Date(`${V}T00:00:00Z`).toLocaleDateString(this.hass.language,{dateStyle:"medium",timeZone:"UTC"})}users(V){return[...V.everyone?[this.t("everyone")]:[],...(V.users??[]).map(C=>this.user(C)),...(V.groups??[]).map(C=>this.reference("user_groups",C)),...(V.persons??[]).map(C=>this.entity(C)),...(V.automations??[]).map(C=>this.software(C,"all_automations")),...(V.scripts??[]).map(C=>this.software(C,"all_scripts")),...(V.integrations??[]).map(C=>this.software(C,"all_integrations")),...(V.guests??[]).map(()=>this.t("guest"))]}devices(V){return[...V.all_of_maker?[this.t("all_devices")]:[],...(V.serials??[]).map(C=>this.device(C)),...(V.groups??[]).map(C=>this.reference("device_groups",C)),...(V.areas??[]).map(C=>this.hass.areas?.[C]?.name??C),...(V.labels??[]).map(C=>this.t("label",{id:C}))]}commands(V){return[...(V.groups??[]).map(C=>this.t(`groups.${C}`)),...(V.own_groups??[]).map(C=>this.reference("command_groups",C)),...(V.names??[]).map(C=>this.command(C)),...(V.limits??[]).map(C=>{let H=C.choices?C.choices.join(", "):`${C.minimum??"…"} – ${C.maximum??"…"}`;return this.t("limited",{command:this.command(C.command),argument:C.argument,range:H})})]}members(V,C){if(V==="shifts"){let{hours:H=[],weekdays:L=[]}=C;return this.times({hours:H,weekdays:L})}return V==="command_groups"?this.commands({groups:C.groups??[],names:C.names??[]}):[...(C.users??[]).map(H=>this.user(H)),...(C.persons??[]).map(H=>this.entity(H)),...(C.serials??[]).map(H=>this.device(H)),...(C.groups??[]).map(H=>this.reference(V,H))]}when(V){return V.map(C=>C.map(H=>this.item(H)).join(", "))}times(V){return V.always?[this.t("when.always")]:[...(V.dates??[]).map(C=>`${C.first??"…"} – ${C.last??"…"}`),(V.weekdays??[]).map(C=>this.weekday(C)).join(", "),...(V.hours??[]).map(C=>`${C.start.slice(0,5)}–${C.end.slice(0,5)}`),...(V.shifts??[]).map(C=>this.reference("shifts",C)),...[...V.schedules??[],...V.calendars??[]].map(C=>this.entity(C)),...(V.except_calendars??[]).map(C=>this.t("when.not_calendar",{entity_id:this.entity(C)}))].filter(Boolean)}more(V){let C=H=>B(this.hass,H);return[...V.uses_left===void 0?[]:[this.t("uses_left",{count:V.uses_left})],...V.starts_at?[this.t("starts",{at:C(V.starts_at)})]:[],...V.expires_at?[this.t("expires",{at:C(V.expires_at)})]:[]]}line(V){return[this.t(`effect_${V.effect}`),this.users(V.users).join(", "),this.devices(V.devices).join(", "),this.commands(V.commands).join(", "),this.times(V.times).join(", ")].join(" · ")}software(V,C){return V==="all"?this.t(C):this.entity(V)}item(V){let{kind:C,...H}=V;for(let L of["day","first","last"]){let r=H[L];r&&(H[L]=S1.includes(r)?this.weekday(r):this.day(r))}return H.entity_id&&(H.entity_id=this.entity(H.entity_id)),this.t(`when.${C}`,H)}t(V,C={}){return Z(this.hass,`permissions.${V}`,C)}};var K=class extends g{constructor(){super(...arguments);this.content="";this.error="";this.isBusy=!1}static{this.styles=[c,_1,x`
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
            ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:o}
            ${this.preview?this.renderPreview(this.preview):o}
          </div>
        </div>
      </ha-card>
    `}renderPreview({differences:C,count:H}){if(!H)return e`${this.p("no_difference")}`;let L=new f(this.hass,this.shown);return e`
      <div class="name">${this.n("permissions.differences",H)}</div>
      ${C.map(r=>N1(r,L,t=>this.p(t)))}
      <ha-button .loading=${this.isBusy} @click=${this.apply}>${this.p("apply")}</ha-button>
    `}get format(){return/^\s*[[{]/.test(this.content)?"json":"csv"}async out(C){await this.attempt(async()=>{let{content:H}=await v(this.hass,"export_permissions",{format:C}),L=C==="json"?"application/json":"text/csv",r=document.createElement("a");r.href=URL.createObjectURL(new Blob([H],{type:L})),r.download=`permissions.${C}`,r.click(),URL.revokeObjectURL(r.href)})}async read(C){let[H]=C.target.files??[];H&&this.take(await H.text())}take(C){this.content=C,this.preview=void 0,this.error=""}async look(){let{format:C,content:H}=this;await this.judged(async()=>{this.preview=await v(this.hass,"preview_permissions",{format:C,content:H})})}async apply(){let{format:C,content:H,preview:L}=this;await this.judged(async()=>{let r=L?.version;await v(this.hass,"import_permissions",{format:C,content:H,version:r}),this.take(""),y(this,this.p("imported"))})}async judged(C){this.isBusy=!0,this.error="";try{await C()}catch(H){this.preview=void 0,this.error=u(this.hass,H)}finally{this.isBusy=!1}}p(C,H){return this.t(`permissions.${C}`,H)}};a([m({attribute:!1})],K.prototype,"shown",2),a([d()],K.prototype,"content",2),a([d()],K.prototype,"preview",2),a([d()],K.prototype,"error",2),a([d()],K.prototype,"isBusy",2);l("isg-permission-exchange",K);function w(M,V,C,H,L={}){let r=new Set(V.map(A=>A.value)),t=(C??[]).filter(A=>!r.has(A)),i=[...V,...t.map(A=>({value:A,label:H(A)}))];return{name:M,selector:{select:{multiple:!0,options:i,...L}}}}function _(M,V){return{name:M,selector:{entity:{multiple:!0,filter:{domain:V}}}}}function I1(M){return M.people.map(V=>({value:V.user_id,label:V.name}))}function q(M,V){return M.devices.filter(C=>C.has_authority&&(!V||V.includes(C.serial))).map(C=>({value:C.serial,label:C.name}))}function V1(M,V){return M.references[V].map(({reference:C})=>({value:C.id,label:C.name}))}function o1(M){return L5.map(V=>({value:V,label:M(`groups.${V}`)}))}function X(M,V){return[...new Set(M.devices.flatMap(H=>H.commands))].sort().map(H=>({value:H,label:V.command(H)}))}function U1(M){return S1.map(V=>({value:V,label:M.weekday(V)}))}var Q1=[{name:"start",required:!0,selector:{time:{no_second:!0}}},{name:"end",required:!0,selector:{time:{no_second:!0}}}],M5=[{name:"first",selector:{date:{}}},{name:"last",selector:{date:{}}}];function W1(M){return{name:"",type:"grid",column_min_width:"140px",schema:[{name:`${M}_date`,selector:{date:{}}},{name:`${M}_time`,selector:{time:{no_second:!0}}}]}}var G1=[W1("starts_at"),W1("expires_at")],z1={name:"uses_left",selector:{number:{mode:"box",min:0,max:1e6}}};var $=class extends h{constructor(){super(...arguments);this.items=[];this.schema=[];this.label=C=>C;this.addLabel="";this.removeLabel="";this.disabled=!1}static{this.styles=x`
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
      ${this.items.map((H,L)=>e`<div class="item">
          <ha-form
            .hass=${this.hass}
            .data=${H}
            .schema=${C}
            .disabled=${this.disabled}
            .computeLabel=${r=>this.label(r.name)}
            @value-changed=${r=>{r.stopPropagation(),this.tell(this.items.map((t,i)=>i===L?r.detail.value:t))}}
          ></ha-form>
          <ha-icon-button
            .path=${I}
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
        <ha-svg-icon slot="start" .path=${M1}></ha-svg-icon>${this.addLabel}
      </ha-button>
    `}tell(C){F(this,"items-changed",{items:C})}};a([m({attribute:!1})],$.prototype,"hass",2),a([m({attribute:!1})],$.prototype,"items",2),a([m({attribute:!1})],$.prototype,"schema",2),a([m({attribute:!1})],$.prototype,"label",2),a([m()],$.prototype,"addLabel",2),a([m()],$.prototype,"removeLabel",2),a([m({type:Boolean})],$.prototype,"disabled",2);l("isg-list-editor",$);var h1=class extends k{constructor(){super(...arguments);this.hours=[]}willUpdate(){if(this.params&&!this.fields){let{id:C,made_by:H,hours:L,...r}=this.params.one?.reference??{id:"",made_by:""};this.fields=r,this.hours=L??(this.params.kind==="shifts"?[{}]:[])}}heading(){let C=this.params?.one?.reference.name;return C?this.p("edit_named",{name:C}):this.p("add_of",{kind:this.p(`kinds.${this.params?.kind}`)})}body(){let{params:C}=this;if(!C)return e``;let H=L=>this.p(`fields.${L}`);return e`
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${[{name:"name",required:!0,selector:{text:{}}},...this.schema(C)]}
        .disabled=${this.isBusy}
        .computeLabel=${L=>H(L.name)}
        @value-changed=${L=>this.fields=L.detail.value}
      ></ha-form>
      ${C.kind==="shifts"?e`<isg-list-editor
            .hass=${this.hass}
            .items=${this.hours}
            .schema=${Q1}
            .label=${H}
            .addLabel=${this.p("add_hours")}
            .removeLabel=${this.hass.localize("ui.common.remove")}
            .disabled=${this.isBusy}
            @items-changed=${L=>this.hours=L.detail.items}
          ></isg-list-editor>`:o}
    `}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.fields?.name}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}schema({kind:C,shown:H,one:L}){let r=new f(this.hass,H),{fields:t={}}=this,i=V1(H,C).filter(({value:p})=>p!==L?.reference.id),A=w("groups",i,t.groups,p=>r.reference(C,p)),s=i.length?[A]:[];switch(C){case"user_groups":return[w("users",I1(H),t.users,p=>r.user(p)),_("persons","person"),...s];case"device_groups":return[w("serials",q(H),t.serials,p=>r.device(p)),...s];case"command_groups":return[w("groups",o1(p=>this.p(p)),[],String,{mode:"list"}),w("names",X(H,r),t.names,p=>r.command(p),{custom_value:!0})];case"shifts":return[w("weekdays",U1(r),[],String,{mode:"list"})]}}async save(){let{kind:C,one:H}=this.params,L=Object.entries({...this.fields,hours:this.hours}).filter(([,r])=>!Array.isArray(r)||r.length);await this.submit(()=>v(this.hass,"put_reference",{kind:C,reference:Object.fromEntries(L),...H?{reference_id:H.reference.id,version:H.version}:{}}))}p(C,H){return this.t(`permissions.${C}`,H)}};a([d()],h1.prototype,"fields",2),a([d()],h1.prototype,"hours",2);l("isg-reference-dialog",h1);var j1=class extends g{static{this.styles=[c,x`
      :host {
        display: grid;
        gap: 16px;
      }
      ha-button ha-svg-icon {
        color: inherit;
      }
    `]}render(){return e`${V5.map(V=>e`<ha-card>
        <h2>${this.p(`kinds.${V}`)}</h2>
        ${this.shown.references[V].length?e`<ul>
              ${this.shown.references[V].map(C=>this.renderOne(V,C))}
            </ul>`:e`<p>${this.p("none")}</p>`}
        ${this.shown.grants.length?e`<p>
              <ha-button
                appearance="plain"
                aria-label=${this.p("add_of",{kind:this.p(`kinds.${V}`)})}
                @click=${()=>this.edit(V)}
              >
                <ha-svg-icon slot="start" .path=${M1}></ha-svg-icon>${this.p("add_named")}
              </ha-button>
            </p>`:o}
      </ha-card>`)}`}renderOne(V,C){let{reference:H}=C,{name:L}=H;return e`<li>
      <div class="what">
        <div class="name"><bdi>${L}</bdi></div>
        <div class="more">${this.members(V,H)}</div>
        <div class="more">${this.p("made_by",{person:C.made_by_name})}</div>
      </div>
      ${C.may_change?e`<div class="acts">
            <ha-icon-button
              .path=${U}
              .label=${this.p("edit_named",{name:L})}
              @click=${()=>this.edit(V,C)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${I}
              .label=${this.p("remove_named",{name:L})}
              @click=${()=>this.ask(V,C)}
            ></ha-icon-button>
          </div>`:o}
    </li>`}members(V,C){return new f(this.hass,this.shown).members(V,C).join(", ")}edit(V,C){O(this,"isg-reference-dialog",{shown:this.shown,kind:V,one:C})}ask(V,{reference:C,version:H}){O(this,"isg-confirm-dialog",{title:this.p("remove_named",{name:C.name}),text:this.p("remove_named_text"),yes:this.hass.localize("ui.common.remove"),act:()=>v(this.hass,"remove_reference",{kind:V,reference_id:C.id,version:H})})}p(V,C){return this.t(`permissions.${V}`,C)}};a([m({attribute:!1})],j1.prototype,"shown",2);l("isg-permission-groups",j1);var a1=class extends g{constructor(){super(...arguments);this.error=""}static{this.styles=[c,_1]}willUpdate(C){C.has("shown")&&this.load()}render(){let{changes:C}=this;return this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:C?e`<ha-card>
      <h2>${this.p("sections.history")}</h2>
      <p>${this.p(C.length?"history_text":"history_none")}</p>
      <ul>
        ${C.map(H=>this.renderChange(H))}
      </ul>
    </ha-card>`:e`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}renderChange(C){let H=new f(this.hass,this.shown),L=B(this.hass,C.at);return e`<li>
      <div class="what">
        <div class="name">${L} · <bdi>${C.by?C.by_name:this.p("the_gateway")}</bdi></div>
        ${C.differences.map(r=>N1(r,H,t=>this.p(t)))}
      </div>
      <ha-button size="s" appearance="plain" @click=${()=>this.ask(C,L)}
        >${this.p("undo")}</ha-button
      >
    </li>`}async load(){try{let C=await v(this.hass,"permission_history");this.changes=C.changes,this.error=""}catch(C){this.error=u(this.hass,C)}}ask({number:C},H){O(this,"isg-confirm-dialog",{title:this.p("undo"),text:this.p("undo_of",{at:H}),yes:this.p("undo"),act:async()=>{await v(this.hass,"undo_permissions",{number:C}),y(this,this.p("undone")),await this.load()}})}p(C,H){return this.t(`permissions.${C}`,H)}};a([m({attribute:!1})],a1.prototype,"shown",2),a([d()],a1.prototype,"changes",2),a([d()],a1.prototype,"error",2);l("isg-permission-history",a1);var e5={users:["users","groups","persons","automations","scripts","integrations","guests"],devices:["serials","groups","areas","labels"],commands:["groups","own_groups","names"],times:["weekdays","shifts","schedules","calendars","except_calendars"]},t5={users:"everyone",devices:"all_of_maker"},r5=["automations","scripts"],s2="all",x2={fields:{effect:"allow",is_on:!0},limits:[],dates:[],hours:[]};function K1(M,V){let{effect:C,is_on:H,note:L,uses_left:r}=M,t={effect:C,is_on:H,note:L,uses_left:r,by:M.by};for(let[i,A]of Object.entries(e5)){let s=M[i];for(let p of A){let n=s[p]??[];t[`${i}_${p}`]=n.filter(S=>!r5.includes(p)||S!==s2),n.includes(s2)&&r5.includes(p)&&(t[`${i}_all_${p}`]=!0)}}for(let[i,A]of Object.entries(t5)){let s=M[i];t[`${i}_${A}`]=s[A]===!0}for(let i of["starts_at","expires_at"]){let A=M[i];A&&Object.assign(t,c2(i,A,V))}return{fields:t,limits:(M.commands.limits??[]).map(({choices:i,...A})=>({...A,...i?{choices:i.join(", ")}:{}})),dates:M.times.dates??[],hours:M.times.hours??[]}}function i5(M,V){let{fields:C}=M,H={};for(let[n,S]of Object.entries(e5)){let R=H[n]={};for(let W of S){let J1=[...C[`${n}_${W}`]??[]];C[`${n}_all_${W}`]&&J1.push(s2),J1.length&&(R[W]=J1)}}for(let[n,S]of Object.entries(t5))C[`${n}_${S}`]&&(H[n][S]=!0);let{commands:L,times:r}=H,t=M.limits.filter(n=>n.command||n.argument).map(G5),i=M.dates.filter(n=>n.first||n.last).map(a5),A=M.hours.filter(n=>n.start||n.end),s={...r,...i.length?{dates:i}:{},...A.length?{hours:A}:{}},p=C.uses_left;return{effect:C.effect==="forbid"?"forbid":"allow",is_on:C.is_on!==!1,users:H.users,devices:H.devices,commands:{...L,...t.length?{limits:t}:{}},times:Object.keys(s).length?s:{always:!0},...C.note?{note:String(C.note)}:{},...typeof p=="number"?{uses_left:p}:{},...Z2(C,V)}}function Z2(M,V){return Object.fromEntries(["starts_at","expires_at"].map(C=>[C,u2(M,C,V)]).filter(([,C])=>C))}function u2(M,V,C){let H=M[`${V}_date`];return H?U5(`${H} ${M[`${V}_time`]||"00:00:00"}`,C):void 0}function c2(M,V,C){let[H="",L=""]=o5(Date.parse(V),C).split(" ");return{[`${M}_date`]:H,[`${M}_time`]:L}}function U5(M,V){let C=Date.parse(`${M.replace(" ","T")}Z`),H=C;for(let L=0;L<2;L++)H=C-Q5(H,V);return new Date(H).toISOString().replace(".000Z","Z")}function Q5(M,V){return Date.parse(`${o5(M,V).replace(" ","T")}Z`)-Math.floor(M/1e3)*1e3}function o5(M,V){return new Date(M).toLocaleString("sv-SE",{timeZone:V})}function G5(M){let V=(M.choices??"").split(",").map(r=>r.trim()),{choices:C,...H}=M,L=V.filter(Boolean);return{...a5(H),...L.length?{choices:L}:{}}}function a5(M){let V=Object.entries(M).filter(([,C])=>C!=null&&C!=="");return Object.fromEntries(V)}var q1=1440,g1=class extends h{constructor(){super(...arguments);this.intervals=[]}static{this.styles=x`
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
  `}render(){let C=H=>Z(this.hass,`permissions.${H}`);return e`<table>
      <caption>
        ${C("week_text")}
      </caption>
      <tbody>
        ${z5(this.intervals).map(H=>e`<tr>
            <th scope="row">${this.name(H.date)}</th>
            <td aria-hidden="true">${j5(H)}</td>
            <td class="said">${K5(H,C)}</td>
          </tr>`)}
      </tbody>
    </table>`}name(C){return new Date(`${C}T00:00:00Z`).toLocaleDateString(this.hass.language,{weekday:"short",day:"numeric",timeZone:"UTC"})}};a([m({attribute:!1})],g1.prototype,"hass",2),a([m({attribute:!1})],g1.prototype,"intervals",2);function z5(M){let V=[];for(let C of M){let H=C.end.slice(0,10);for(let L=C.start.slice(0,10);L<=H;L=q5(L)){let r=L===C.start.slice(0,10)?A5(C.start):0,t=L===H?A5(C.end):q1;if(t<=r)continue;let i=V.find(s=>s.date===L);i||V.push(i={date:L,allowed:[]});let A=i.allowed.at(-1);C.allowed&&A?.[1]===r?A[1]=t:C.allowed&&i.allowed.push([r,t])}}return V}function j5(M){return e`<svg viewBox="0 0 ${q1} 20" preserveAspectRatio="none">
    <rect class="none" width=${q1} height="20"></rect>
    ${M.allowed.map(([V,C])=>A2`<rect class="allowed" x=${V} width=${C-V} height="20"></rect>`)}
    ${[360,720,1080].map(V=>A2`<path class="hour" d="M${V} 0v20"></path>`)}
  </svg>`}function K5(M,V){let[C]=M.allowed;return C?C[0]===0&&C[1]===q1?V("week_always"):M.allowed.map(([H,L])=>`${d5(H)}–${d5(L)}`).join(", "):V("week_never")}function A5(M){return Number(M.slice(11,13))*60+Number(M.slice(14,16))}function d5(M){return`${String(Math.floor(M/60)).padStart(2,"0")}:${String(M%60).padStart(2,"0")}`}function q5(M){return new Date(Date.parse(`${M}T00:00:00Z`)+864e5).toISOString().slice(0,10)}l("isg-week",g1);var X5=["read","settings","set_settings","view","playback","record"],Y5=[{name:"argument",required:!0,selector:{text:{}}},{name:"value",required:!0,selector:{text:{}}}],J5=20,P=class extends h{constructor(){super(...arguments);this.fields={};this.given=[];this.error="";this.isBusy=!1}static{this.styles=[c,x`
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
    `]}willUpdate(C){if(C.has("tried")){let L=C.get("tried");JSON.stringify(L)!==JSON.stringify(this.tried)&&this.forget()}let[H]=this.shown.devices;if(!this.fields.serial&&H){let[L]=this.shown.people;this.fields={serial:H.serial,who:L?`user:${L.user_id}`:void 0}}}render(){return this.shown.devices.length?e`
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
        .schema=${Y5}
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
        ${this.error?e`<ha-alert alert-type="error">${this.error}</ha-alert>`:o}
        ${this.found?this.renderFound(this.found):o}
        ${this.week?e`<isg-week .hass=${this.hass} .intervals=${this.week}></isg-week>`:o}
      </div>
    `:e`<p>${this.p("no_devices")}</p>`}renderFound({decision:C,rows:H,nearest:L}){let r=this.p(`reasons.${C.reason}`,{row:C.row??""}),t=C.next_allowed_at,i=H.filter(p=>!p.failing.length||p.number===L),A=H.filter(p=>!i.includes(p)),s=[...i,...A].slice(0,J5);return e`
      <ha-alert
        alert-type=${C.allowed?"success":"warning"}
        .title=${this.p(C.allowed?"is_allowed":"is_refused")}
      >
        ${r}
        ${C.column?this.p("column_fails",{column:this.p(`columns.${C.column}`)}):o}
        ${t?this.p("next",{at:B(this.hass,t)}):o}
      </ha-alert>
      ${s.length?e`<ul aria-label=${this.p("held")}>
            ${s.map(p=>e`<li>
                <span class=${p.failing.length?"more":"fits"}>
                  ${this.p(`row_${p.effect}`,{number:p.number})}:
                  ${p.failing.length?this.p("fails_in",{columns:p.failing.map(n=>this.p(`columns.${n}`)).join(", ")}):this.p("fits")}
                </span>
              </li>`)}
          </ul>`:o}
    `}p(C,H){return Z(this.hass,`permissions.${C}`,H)}schema(){let{shown:C}=this,H=new f(this.hass,C),L=q(C),r=C.devices.map(s=>({value:s.serial,label:s.name})),i=[...X(C,H),...X5.map(s=>({value:s,label:this.p(`asked.${s}`)}))],A={name:"who",selector:{select:{mode:"dropdown",options:this.subjects()}}};return[...C.people.length>1?[A]:[],{name:"serial",required:!0,selector:{select:{mode:"dropdown",options:this.tried?L:r}}},{name:"command",required:!0,selector:{select:{mode:"dropdown",options:i}}},W1("when")]}forget(){this.found=void 0,this.week=void 0,this.error=""}subjects(){let C=Object.entries(this.hass.states).filter(([r])=>/^(automation|script)\./.test(r)).map(([r,t])=>({value:`${r.split(".")[0]}:${r}`,label:String(t?.attributes.friendly_name??r)})),H=this.shown.rows.flatMap(({row:r})=>(r.users.guests??[]).map(t=>({value:`guest:${t}`,label:`${this.p("guest")}: ${r.note??t}`})));return[...this.shown.people.map(r=>({value:`user:${r.user_id}`,label:r.name})),...C,...H]}async ask(C){let{serial:H,command:L,who:r}=this.fields,t=u2(this.fields,"when",this.hass.config.time_zone),[i,A]=typeof r=="string"?H3(r):["",""],s=this.given.filter(S=>S.argument),p={serial:H,command:L,arguments:Object.fromEntries(s.map(S=>[S.argument,C3(S.value??"")])),...i?{who:{kind:i,id:A}}:{},...t?{when:t}:{}},n=this.tried?{rows:[this.tried]}:{};this.isBusy=!0,this.error="";try{if(C){let S={...p,...n};this.week=(await v(this.hass,"permission_week",S)).week}else this.found=await v(this.hass,this.tried?"simulate":"explain",{...p,...n})}catch(S){this.forget(),this.error=u(this.hass,S)}finally{this.isBusy=!1}}};a([m({attribute:!1})],P.prototype,"hass",2),a([m({attribute:!1})],P.prototype,"shown",2),a([m({attribute:!1})],P.prototype,"tried",2),a([d()],P.prototype,"fields",2),a([d()],P.prototype,"given",2),a([d()],P.prototype,"found",2),a([d()],P.prototype,"week",2),a([d()],P.prototype,"error",2),a([d()],P.prototype,"isBusy",2);function C3(M){return M==="true"||M==="false"?M==="true":M.trim()&&Number.isFinite(Number(M))?Number(M):M}function H3(M){let V=M.indexOf(":");return[M.slice(0,V),M.slice(V+1)]}l("isg-try",P);var S2="owner",V3="changed_meanwhile",L1=class extends k{constructor(){super(...arguments);this.isConflict=!1;this.isTrying=!1}static{this.styles=x`
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
  `}willUpdate(){if(this.params&&!this.form){let{row:C,wanted:H}=this.params;this.row=C,C?this.form=K1(C.row,this.zone):H?this.form=K1({...H,number:0,made_by:""},this.zone):this.form=x2}}updated(C){(C.has("error")&&this.error||C.has("isConflict")&&this.isConflict)&&this.renderRoot.querySelector("ha-alert")?.scrollIntoView({block:"center"})}heading(){let C=this.params?.row?.row.number;return C?this.p("edit_row",{number:C}):this.p("add_row")}body(){let{form:C,params:H}=this;return!C||!H?e``:e`
      ${this.isConflict?e`<ha-alert alert-type="warning">${this.p("conflict")}</ha-alert>
            <ha-button class="anew" size="s" @click=${this.loadAnew}
              >${this.p("load_anew")}</ha-button
            >`:o}
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
      ${this.fieldset(this.times())} ${this.list("hours","add_hours",Q1)}
      ${this.list("dates","add_dates",M5)}
      <h3>${this.p("bounds")}</h3>
      ${this.fieldset([...G1,z1,{name:"note",selector:{text:{}}}])}
      ${this.isTrying?e`<h3>${this.p("try")}</h3>
            <isg-try .hass=${this.hass} .shown=${H.shown} .tried=${this.tried()}></isg-try>`:e`<ha-button appearance="plain" @click=${()=>this.isTrying=!0}
            >${this.p("try")}</ha-button
          >`}
    `}buttons(){return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${this.isConflict}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}get zone(){return this.hass.config.time_zone}get shown(){if(!this.params)throw new Error("not open");return this.params.shown}get names(){return new f(this.hass,this.shown)}p(C,H){return this.t(`permissions.${C}`,H)}fieldset(C){return e`<ha-form
      .hass=${this.hass}
      .data=${this.form?.fields}
      .schema=${C}
      .disabled=${this.isBusy}
      .computeLabel=${H=>this.p(`fields.${H.name}`)}
      @value-changed=${H=>{this.form&&(this.form={...this.form,fields:H.detail.value})}}
    ></ha-form>`}list(C,H,L){return e`<isg-list-editor
      .hass=${this.hass}
      .items=${this.form?.[C]}
      .schema=${L}
      .label=${r=>this.p(`fields.${r}`)}
      .addLabel=${this.p(H)}
      .removeLabel=${this.hass.localize("ui.common.remove")}
      .disabled=${this.isBusy}
      @items-changed=${r=>{this.form&&(this.form={...this.form,[C]:r.detail.items})}}
    ></isg-list-editor>`}general(){let H={name:"effect",required:!0,selector:{select:{mode:"list",options:["allow","forbid"].map(t=>({value:t,label:this.p(`effect_${t}`)}))}}},{grants:L}=this.shown;if(this.row||L.length<2)return[H];let r=L.map(t=>({value:t.by??S2,label:this.p(t.by?"by_appointment":"by_owner",{devices:t.serials.map(i=>this.names.device(i)).join(", ")})}));return[H,{name:"by",required:!0,selector:{select:{options:r}}}]}chosen(C){return this.form?.fields[C]}users(){let{shown:C,names:H}=this,L=V1(C,"user_groups");return[w("users_users",I1(C),this.chosen("users_users"),r=>H.user(r)),...L.length||this.chosen("users_groups")?.length?[w("users_groups",L,this.chosen("users_groups"),r=>H.reference("user_groups",r))]:[],{name:"users_everyone",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("others"),headingLevel:4,schema:[_("users_persons","person"),_("users_automations","automation"),{name:"users_all_automations",selector:{boolean:{}}},_("users_scripts","script"),{name:"users_all_scripts",selector:{boolean:{}}},{name:"users_integrations",selector:{text:{multiple:!0}}}]}]}devices(){let{shown:C,names:H}=this,L=this.chosen("by"),r=C.grants.find(i=>(i.by??S2)===L),t=V1(C,"device_groups");return[w("devices_serials",q(C,r?.serials),this.chosen("devices_serials"),i=>H.device(i)),...t.length||this.chosen("devices_groups")?.length?[w("devices_groups",t,this.chosen("devices_groups"),i=>H.reference("device_groups",i))]:[],{name:"devices_all_of_maker",selector:{boolean:{}}},{name:"",type:"expandable",flatten:!0,title:this.p("places"),headingLevel:4,schema:[{name:"devices_areas",selector:{area:{multiple:!0}}},{name:"devices_labels",selector:{label:{multiple:!0}}}]}]}commands(){let{shown:C,names:H}=this,L=V1(C,"command_groups");return[w("commands_groups",o1(r=>this.p(r)),[],String,{mode:"list"}),...L.length||this.chosen("commands_own_groups")?.length?[w("commands_own_groups",L,this.chosen("commands_own_groups"),r=>H.reference("command_groups",r))]:[],w("commands_names",X(C,H),this.chosen("commands_names"),r=>H.command(r),{custom_value:!0})]}limits(){return[{name:"command",required:!0,selector:{text:{}}},{name:"argument",required:!0,selector:{text:{}}},{name:"minimum",selector:{number:{mode:"box",step:"any"}}},{name:"maximum",selector:{number:{mode:"box",step:"any"}}},{name:"choices",selector:{text:{}}}]}times(){let{shown:C,names:H}=this,L=V1(C,"shifts");return[w("times_weekdays",U1(H),[],String,{mode:"list"}),...L.length||this.chosen("times_shifts")?.length?[w("times_shifts",L,this.chosen("times_shifts"),r=>H.reference("shifts",r))]:[],{name:"",type:"expandable",flatten:!0,title:this.p("sources"),headingLevel:4,schema:[_("times_schedules","schedule"),_("times_calendars","calendar"),_("times_except_calendars","calendar")]}]}wanted(){return i5(this.form??x2,this.zone)}by(){let C=this.chosen("by")??this.shown.grants[0]?.by??null;return typeof C=="string"&&C!==S2?C:null}tried(){let C=this.row?.row.number,H=this.by();return{...this.wanted(),...C?{number:C}:H?{by:H}:{}}}async save(){let{params:C,row:H}=this;await this.submit(async()=>{try{if(H){let{version:L}=H,{number:r}=H.row;await v(this.hass,"change_row",{number:r,version:L,row:this.wanted()})}else C?.save?await C.save(this.wanted(),this.by()):await v(this.hass,"add_row",{row:this.wanted(),by:this.by()})}catch(L){throw this.isConflict=L.code===V3,L}}),this.isConflict&&(this.error="")}async loadAnew(){let C=this.row?.row.number??0;try{let{rows:H}=await v(this.hass,"rows",{after:C-1,limit:1}),[L]=H;if(L?.row.number!==C){this.error=this.p("row_gone",{number:C});return}this.row=L,this.form=K1(L.row,this.zone),this.isConflict=!1}catch(H){this.error=u(this.hass,H)}}};a([d()],L1.prototype,"form",2),a([d()],L1.prototype,"row",2),a([d()],L1.prototype,"isConflict",2),a([d()],L1.prototype,"isTrying",2);l("isg-row-dialog",L1);var L3=["once","hour","today"],X1=class extends g{constructor(){super(...arguments);this.questions=new b(this,"access")}static{this.styles=[c,x`
      :host {
        display: grid;
        gap: 16px;
      }
    `]}render(){let C=this.questions.value;if(!C)return this.waiting(this.questions);let{to_answer:H,own:L}=C;return e`
      <ha-card>
        <h2>${this.p("sections.requests")}</h2>
        <p>${this.p(H.length?"requests_text":"requests_none")}</p>
        <ul>
          ${H.map(r=>this.renderQuestion(r))}
        </ul>
      </ha-card>
      ${L.length?e`<ha-card>
            <h2>${this.p("own_requests")}</h2>
            <ul>
              ${L.map(r=>this.renderOwn(r))}
            </ul>
          </ha-card>`:o}
    `}renderQuestion(C){return e`<li>
      <div class="what">
        <div class="name">
          ${this.p("asks",{person:C.person,command:this.asked(C)})}
        </div>
        <div class="more">${this.where(C)}</div>
      </div>
      <div class="acts">
        ${L3.map(H=>e`<ha-button
            size="s"
            appearance="filled"
            @click=${()=>this.answer(C,H)}
            >${this.p(`answer_${H}`)}</ha-button
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
      ${C.answer?o:e`<ha-button
            size="s"
            appearance="plain"
            @click=${()=>this.attempt(()=>v(this.hass,"withdraw_access",{question:C.question}))}
            >${this.p("withdraw")}</ha-button
          >`}
    </li>`}asked(C){let H=Object.entries(C.arguments).map(([L,r])=>`${L} ${r}`);return[new f(this.hass,this.shown).command(C.command),...H].join(", ")}where(C){let H=B(this.hass,new Date(C.until*1e3).toISOString());return this.p("asked_until",{device:C.device,at:H})}async answer(C,H){let{question:L}=C;await this.attempt(()=>v(this.hass,"answer_access",{question:L,answer:H}))&&y(this,this.p("answered"))}makeRow(C){let H={effect:"allow",is_on:!0,users:{users:[C.user_id]},devices:{serials:[C.serial]},commands:{names:[C.command]},times:{always:!0}};O(this,"isg-row-dialog",{shown:this.shown,wanted:H,save:(L,r)=>v(this.hass,"answer_access",{question:C.question,answer:"row",row:L,by:r})})}p(C,H){return this.t(`permissions.${C}`,H)}};a([m({attribute:!1})],X1.prototype,"shown",2);l("isg-permission-requests",X1);var M3=864e5,A1=class extends k{constructor(){super(...arguments);this.isCopied=!1}static{this.styles=x`
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
  `}willUpdate(){if(!this.params||this.fields)return;let C=new Date(Date.now()+M3).toISOString(),H=c2("expires_at",C,this.hass.config.time_zone);this.fields={commands_groups:["control"],...H}}heading(){return this.p("add_pass")}body(){let{made:C}=this;if(C){let H=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(C.qr)}`;return e`
        <ha-alert alert-type="info">${this.p("pass_done")}</ha-alert>
        ${C.is_encrypted?o:e`<ha-alert alert-type="warning">${this.p("pass_open")}</ha-alert>`}
        <br />
        <img src=${H} alt=${this.p("pass_qr")} />
        <p class="link">${C.link}</p>
      `}return e`<p>${this.p("pass_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.fields}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${H=>this.p(`fields.${H.name}`)}
        @value-changed=${H=>this.fields=H.detail.value}
      ></ha-form>`}buttons(){if(this.made)return e`${navigator.clipboard?e`<ha-button slot="secondaryAction" appearance="plain" @click=${this.copy}
              >${this.p(this.isCopied?"copied":"copy")}</ha-button
            >`:o}
        <ha-button slot="primaryAction" @click=${()=>this.isOpen=!1}
          >${this.p("close")}</ha-button
        >`;let{name:C,expires_at_date:H}=this.fields??{};return e`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!C||!H}
        .loading=${this.isBusy}
        @click=${this.make}
        >${this.p("pass_make")}</ha-button
      >`}schema(){let{shown:C}=this.params,H=new f(this.hass,C),{fields:L={}}=this;return[{name:"name",required:!0,selector:{text:{}}},w("devices_serials",q(C),L.devices_serials,r=>H.device(r)),w("commands_groups",o1(r=>this.p(r)),[],String,{mode:"list"}),w("commands_names",X(C,H),L.commands_names,r=>H.command(r),{custom_value:!0}),...G1,z1]}async make(){let{fields:C={}}=this,H=t=>C[t]??[],L=t=>Object.fromEntries(Object.entries(t).filter(([,i])=>i.length)),r=C.uses_left;this.isBusy=!0,this.error="";try{this.made=await v(this.hass,"add_pass",{name:C.name,devices:L({serials:H("devices_serials")}),commands:L({groups:H("commands_groups"),names:H("commands_names")}),...Z2(C,this.hass.config.time_zone),...typeof r=="number"?{uses_left:r}:{},by:this.params?.shown.grants[0]?.by??null})}catch(t){this.error=u(this.hass,t)}finally{this.isBusy=!1}}async copy(){this.made&&(await navigator.clipboard.writeText(this.made.link),this.isCopied=!0)}p(C,H){return this.t(`permissions.${C}`,H)}};a([d()],A1.prototype,"fields",2),a([d()],A1.prototype,"made",2),a([d()],A1.prototype,"isCopied",2);l("isg-pass-dialog",A1);var O1=class extends g{constructor(){super(...arguments);this.isLater=!1}static{this.styles=[c,x`
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
    `]}render(){let{shown:C}=this,H=new f(this.hass,C);return e`<ha-card>
      <div class="head">
        <h2>${this.p("sections.table")}</h2>
        ${C.grants.length?e`<div class="acts">
              ${C.has_passes?e`<ha-button
                    appearance="plain"
                    @click=${()=>O(this,"isg-pass-dialog",{shown:C})}
                    >${this.p("add_pass")}</ha-button
                  >`:o}
              <ha-button @click=${()=>this.edit()}>
                <ha-svg-icon slot="start" .path=${M1}></ha-svg-icon>${this.p("add_row")}
              </ha-button>
            </div>`:o}
      </div>
      <p>${this.p(C.grants.length?"table_text":"table_nothing")}</p>
      ${C.rows.length?this.renderTable(H):o}
      ${this.isLater||C.next!==null?e`<div class="pages">
            <ha-icon-button
              .path=${f2}
              .label=${this.p("previous")}
              .disabled=${!this.isLater}
              @click=${()=>F(this,"page-wanted",{after:null})}
            ></ha-icon-button>
            <ha-icon-button
              .path=${w2}
              .label=${this.p("following")}
              .disabled=${C.next===null}
              @click=${()=>F(this,"page-wanted",{after:C.next})}
            ></ha-icon-button>
          </div>`:o}
    </ha-card>`}renderTable(C){return e`<table role="table" class=${this.narrow?"narrow":""}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col" class="number">${this.p("row")}</th>
          ${v2.map(H=>e`<th role="columnheader" scope="col">${this.p(`columns.${H}`)}</th>`)}
          <th role="columnheader" scope="col" class="buttons">
            <span class="hidden">${this.p("acts")}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${this.shown.rows.map(H=>this.renderRow(H,C))}
      </tbody>
    </table>`}renderRow(C,H){let{row:L,marks:r}=C,t={users:H.users(L.users),devices:H.devices(L.devices),commands:H.commands(L.commands),times:[...H.when(C.when),...H.more(L)]};return e`<tr role="row" class=${L.is_on?"":"off"}>
      <td role="cell" class="number">
        ${L.number}
        <span class="effect ${L.effect}">${this.p(`effect_${L.effect}`)}</span>
        ${L.is_on?o:e`<span class="more">${this.p("is_off")}</span>`}
        <span class="more"><bdi>${C.made_by_name}</bdi></span>
        ${L.note?e`<span class="more"><bdi>${L.note}</bdi></span>`:o}
        ${r.filter(i=>!i.column).map(i=>this.renderMark(i,H))}
      </td>
      ${v2.map(i=>e`<td role="cell">
            <span class="column" aria-hidden="true">${this.p(`columns.${i}`)}</span>
            ${t[i].map(A=>e`<bdi class="entry">${A}</bdi>`)}
            ${r.filter(A=>A.column===i).map(A=>this.renderMark(A,H))}
          </td>`)}
      <td role="cell" class="buttons">${C.may_change?this.renderActs(C):o}</td>
    </tr>`}renderMark(C,H){let L=C.ids.map(r=>H.device(r)).join(", ");return e`<span class="mark">${this.p(`faults.${C.fault}`,{ids:L})}</span>`}renderActs(C){let{number:H,is_on:L}=C.row;return e`<div class="acts">
      <ha-switch
        .checked=${L}
        @change=${r=>this.turn(C,r.target)}
        ><span class="hidden">${this.p("row_counts",{number:H})}</span></ha-switch
      >
      <ha-icon-button
        .path=${U}
        .label=${this.p("edit_row",{number:H})}
        @click=${()=>this.edit(C)}
      ></ha-icon-button>
      <ha-icon-button
        .path=${I}
        .label=${this.p("remove_row",{number:H})}
        @click=${()=>this.ask(C)}
      ></ha-icon-button>
    </div>`}p(C,H){return this.t(`permissions.${C}`,H)}edit(C){O(this,"isg-row-dialog",{shown:this.shown,row:C})}async turn(C,H){let L=H.checked;await this.attempt(()=>v(this.hass,"switch_row",{number:C.row.number,version:C.version,is_on:L}))||(H.checked=!L)}ask({row:C,version:H}){let{number:L}=C;O(this,"isg-confirm-dialog",{title:this.p("remove_row",{number:L}),text:new f(this.hass,this.shown).line(C),yes:this.hass.localize("ui.common.remove"),act:()=>v(this.hass,"remove_row",{number:L,version:H})})}};a([m({attribute:!1})],O1.prototype,"shown",2),a([m({type:Boolean})],O1.prototype,"isLater",2);l("isg-permission-table",O1);var p5=`${T}/permissions`,Y1=class extends g{constructor(){super(...arguments);this.permissions=new b(this,"permissions",()=>({after:this.pages.at(-1)??0}));this.pages=[]}static{this.styles=[c,x`
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
    `]}render(){let C=this.permissions.value;if(!C)return this.waiting(this.permissions);let H=this.sections(C),[L=""]=this.detail.split("/"),r=H[L]??H[""];return e`<div class="content">
      <nav aria-label=${this.t("tabs.permissions")}>
        ${Object.keys(H).map(t=>e`<a
            href=${t?`${p5}/${t}`:p5}
            aria-current=${t===L?"page":o}
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
      ></isg-permission-exchange>`}}go(C){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),G(C.currentTarget.pathname))}turn(C){let{after:H}=C.detail;this.pages=H===null?this.pages.slice(0,-1):[...this.pages,H],this.permissions.restart()}};a([d()],Y1.prototype,"pages",2);l("isg-permissions",Y1);var h2="iot-secure-gateway-card",d1=class extends h{constructor(){super(...arguments);this.config={};this.hasTexts=!1;this.access=new b(this,"my_access")}static{this.styles=[c,x`
      ha-card {
        padding-bottom: 8px;
      }
    `]}setConfig(C){if(C.devices!==void 0&&!Array.isArray(C.devices))throw new Error("devices: a list of serial numbers");this.config=C}getCardSize(){return 4}static getStubConfig(){return{}}willUpdate(){this.hass&&!this.hasTexts&&R1(this.hass).finally(()=>this.hasTexts=!0)}render(){let C=this.access.value;if(!this.hasTexts||!this.hass)return o;if(!C)return this.access.error?e`<ha-alert alert-type="error">${this.access.error}</ha-alert>`:o;let H=this.config.devices,L=C.devices.filter(r=>r.entities.length&&(!H||H.includes(r.serial)));return e`<ha-card>
      ${L.length?L.map(r=>e`<isg-device-access .hass=${this.hass} .device=${r}></isg-device-access>`):e`<p>${Z(this.hass,"access.nothing")}</p>`}
    </ha-card>`}};a([m({attribute:!1})],d1.prototype,"hass",2),a([d()],d1.prototype,"config",2),a([d()],d1.prototype,"hasTexts",2);l(h2,d1);var m5=window.customCards??=[];m5.some(M=>M.type===h2)||m5.push({type:h2,name:"IoT Secure Gateway",description:"The devices and commands that are permitted to whoever looks at it."});var f1=[{path:"overview",icon:b2,page:(M,V)=>e`
      <isg-overview .hass=${M.hass} .narrow=${M.narrow} .detail=${V}></isg-overview>
    `},{path:"permissions",icon:B2,page:(M,V)=>e`
      <isg-permissions .hass=${M.hass} .narrow=${M.narrow} .detail=${V}></isg-permissions>
    `},{path:"my-access",icon:g2,page:(M,V)=>e`
      <isg-my-access .hass=${M.hass} .narrow=${M.narrow} .detail=${V}></isg-my-access>
    `}],n5=/_static\/([0-9a-f]+)\//.exec(import.meta.url)?.[1],N=class extends h{constructor(){super(...arguments);this.narrow=!1;this.route={prefix:T,path:""};this.panel={};this.hasTexts=!1;this.language="";this.offered=new b(this,"pages")}static{this.styles=x`
    ha-alert {
      display: block;
      margin: 16px;
    }
  `}connectedCallback(){super.connectedCallback(),X2().then(C=>this.missing=C)}willUpdate(){this.hass&&this.hass.language!==this.language&&(this.language=this.hass.language,R1(this.hass).finally(()=>this.hasTexts=!0)),(this.route.path===""||this.route.path==="/")&&G(`${T}/${f1[0]?.path}`,!0)}render(){if(!this.hass||!this.missing||!this.hasTexts)return o;let[C="",...H]=this.route.path.split("/").filter(Boolean),L=f1.find(i=>i.path===C)??f1[0],r=this.offered.value?.pages??[f1[0]?.path,L?.path],t=L?.page(this,decodeURIComponent(H.join("/")));return this.missing.includes("hass-tabs-subpage")?e`<ha-alert alert-type="warning">${Z(this.hass,"elements_missing")}</ha-alert>
        ${t}`:e`
      <hass-tabs-subpage
        main-page
        .hass=${this.hass}
        .narrow=${this.narrow}
        .route=${this.route}
        .tabs=${f1.filter(i=>r.includes(i.path)).map(i=>({path:`${T}/${i.path}`,name:Z(this.hass,`tabs.${i.path.replace("-","_")}`),iconPath:i.icon}))}
      >
        ${this.isOld()?e`<ha-alert alert-type="info">
              ${Z(this.hass,"upgraded")}
              <ha-button slot="action" @click=${()=>location.reload()}>
                ${Z(this.hass,"reload")}
              </ha-button>
            </ha-alert>`:o}
        ${t}
      </hass-tabs-subpage>
    `}isOld(){let C=this.panel.config?.digest;return!!C&&!!n5&&C!==n5}};a([m({attribute:!1})],N.prototype,"hass",2),a([m({type:Boolean})],N.prototype,"narrow",2),a([m({attribute:!1})],N.prototype,"route",2),a([m({attribute:!1})],N.prototype,"panel",2),a([d()],N.prototype,"missing",2),a([d()],N.prototype,"hasTexts",2);l("iot-secure-gateway-panel",N);
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
